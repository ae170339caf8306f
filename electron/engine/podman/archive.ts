import type { BytePath } from '../../core/base/byte-path'
import { nameOf, parentOf, rootPath } from '../../core/base/byte-path'
import type { OwnerMap } from '../../core/owners/id-map'
import type { DockerApi } from '../docker/api'
import { archive, archivedPath, foundAbove, inArchive, openArchive, pathStat } from '../docker/archive'
import { unpackArchive } from '../docker/archive-writing'
import type { ArchivedPath } from '../engine'
import { ownedTar } from '../tar/owned-tar'
import { rewrittenTar } from '../tar/tar-rewriting'
import { exported, ownersBelow } from './export'

/**
 * As Docker's, without owners: in Podman's archives everything belongs to the container's user. Podman archives what a link leads to,
 * so that a link itself is looked for in the directory that holds it.
 */
export async function podmanArchivedPath(
  api: DockerApi,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<ArchivedPath | undefined> {
  const isLink = (await lookedAt(api, id, path, signal)) === 'link'
  const found = await (isLink ? foundAbove : archivedPath)(api, id, path, signal)
  if (found === undefined) return undefined
  const { type, size, mode, modifiedAt, attributes, content } = found
  const facts = { type, size, mode, modifiedAt, content, close: () => found.close() }
  return attributes === undefined ? facts : { ...facts, attributes }
}

/**
 * As Docker's: of a link the link alone, and everything with its owner, which the export of the whole container tells. Of the root
 * it is that export, in which mounts are empty. Its numbers are the host's where the container has a user namespace of its own (measured with
 * 4.3 and 5.4).
 */
export async function podmanArchive(
  api: DockerApi,
  ownersOf: (id: string, signal: AbortSignal) => Promise<OwnerMap | undefined>,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  const owners = await ownersOf(id, signal)
  const whole = async () => ownedTar(await exported(api, id, signal), owners)
  if (path === rootPath) return await whole()
  const isLink = (await lookedAt(api, id, path, signal)) === 'link'
  const from = isLink ? parentOf(path) : path
  const tar = await archive(api, id, from, signal)
  const byPath = await ownersBelow(await whole(), path)
  const inFront = from === rootPath ? '' : inArchive(parentOf(from))
  let isFound = false
  return rewrittenTar(tar, ({ name }) => {
    const wholeName = inArchive(inFront === '' ? name : `${inFront}/${name}`)
    const records = byPath.get(wholeName) ?? new Map<string, string>()
    if (!isLink) return { name, records }
    if (isFound) return 'end'
    isFound = wholeName === inArchive(path)
    return isFound ? { name: nameOf(path), records } : undefined
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

async function lookedAt(
  api: DockerApi,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<'link' | 'missing' | 'there'> {
  const stat = await pathStat(api, id, path, signal)
  if (stat?.type === 'symlink') return 'link'
  return stat === undefined ? 'missing' : 'there'
}
