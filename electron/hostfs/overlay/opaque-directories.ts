import type { HostFiles } from '../host/host-files'
import { directoryAttributes } from './overlay-attributes'

/**
 * Of the given directories (absolute paths, bytes), those that hide everything below them: overlayfs.rst, "opaque". One that
 * vanished is not among them.
 */
export async function opaqueDirectories(
  host: HostFiles,
  directories: readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const attributes = await directoryAttributes(host, directories, signal)
  return new Set(directories.filter((directory) => attributes.get(directory)?.opaque === 'all'))
}
