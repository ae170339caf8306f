import type { BytePath } from '../../core/base/byte-path'
import { longestWork, type DockerApi } from './api'
import { encodedPath } from './archive'
import { containerSegment } from './names'

/**
 * Engine API, PutContainerArchive. Without `noOverwriteDirNonDir`, so that a file may take a directory's place and the other way
 * round; without `copyUIDGID`, which gives everything to the container's user (moby, daemon/archive_tarcopyoptions_unix.go).
 * Measured with 20.10: owners, modes, file capabilities, links, devices and names that are not UTF-8 come out as the tar has them.
 */
export async function unpackArchive(
  api: DockerApi,
  id: string,
  directory: BytePath,
  tar: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  const path = api.path(`/containers/${containerSegment(id)}/archive?path=${encodedPath(directory)}`)
  await api.http.send({ method: 'PUT', path, tar, timeout: longestWork }, signal)
}
