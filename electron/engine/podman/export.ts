import type { BytePath } from '../../core/base/byte-path'
import type { DockerApi } from '../docker/api'
import { beginsWithin, inArchive, wholeTar } from '../docker/archive'
import { containerSegment } from '../docker/names'
import { tarEntries } from '../tar/tar-entries'

/** Engine API, ContainerExport: the whole container as its layers have it, without mounts, with everything's owner. */
export async function exported(
  api: DockerApi,
  id: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  const path = api.path(`/containers/${containerSegment(id)}/export`)
  return wholeTar(api.http.parts(await api.http.open({ path, timeout: beginsWithin }, signal), signal))
}

/** Whose a path and all below it is, as pax records by the path from the root on. */
export async function ownersBelow(
  tar: AsyncIterable<Buffer>,
  path: BytePath,
): Promise<Map<string, ReadonlyMap<string, string>>> {
  const top = inArchive(path)
  const owners = new Map<string, ReadonlyMap<string, string>>()
  for await (const { header } of tarEntries(tar)) {
    const name = inArchive(header.name)
    if (name !== top && !name.startsWith(`${top}/`)) continue
    const records = { uid: String(header.uid), gid: String(header.gid) }
    owners.set(name, new Map(Object.entries(records)))
  }
  return owners
}
