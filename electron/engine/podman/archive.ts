import type { BytePath } from '../../core/byte-path'
import { nameOf, parentOf } from '../../core/byte-path'
import type { DockerApi } from '../docker/api'
import {
  archive,
  archiveOf,
  archivedPath,
  beginsWithin,
  foundAbove,
  inArchive,
  openArchive,
  statHeader,
} from '../docker/archive'
import { archiveStat } from '../docker/archive-stat'
import { unpackArchive } from '../docker/archive-writing'
import type { ArchivedPath } from '../engine'
import { rewrittenTar } from '../tar-rewriting'

/** As Docker's. Podman archives what a link leads to, so that a link itself is looked for in the directory that holds it. */
export async function podmanArchivedPath(
  api: DockerApi,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<ArchivedPath | undefined> {
  if ((await lookedAt(api, id, path, signal)) === 'link') return await foundAbove(api, id, path, signal)
  return await archivedPath(api, id, path, signal)
}

/** As Docker's: of a link the link alone. */
export async function podmanArchive(
  api: DockerApi,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  if ((await lookedAt(api, id, path, signal)) !== 'link') return await archive(api, id, path, signal)
  const above = parentOf(path)
  const wanted = inArchive(`${nameOf(above)}/${nameOf(path)}`)
  let isFound = false
  return rewrittenTar(await archive(api, id, above, signal), ({ name }) => {
    if (isFound) return 'end'
    isFound = inArchive(name) === wanted
    return isFound ? { name: nameOf(path) } : undefined
  })
}

/** As Docker's: Podman would make a directory that is not there (measured with 4.3 and 5.4). */
export async function podmanUnpack(
  api: DockerApi,
  id: string,
  directory: BytePath,
  tar: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  // What is missing, the container or the directory, says the answer to a question for the archive.
  if ((await lookedAt(api, id, directory, signal)) === 'missing')
    (await openArchive(api, id, directory, signal)).destroy()
  await unpackArchive(api, id, directory, tar, signal)
}

/** A link that leads nowhere has the status of what is missing, and a header all the same. */
async function lookedAt(
  api: DockerApi,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<'link' | 'missing' | 'there'> {
  const request = { method: 'HEAD', path: archiveOf(api, id, path), timeout: beginsWithin } as const
  const { status, headers } = await api.http.ask(request, signal)
  const header = headers[statHeader]
  if (header !== undefined && archiveStat(header).type === 'symlink') return 'link'
  return status === 200 ? 'there' : 'missing'
}
