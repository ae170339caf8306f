import type { OverlayDirectories } from '../../core/containers/container'
import { outputOf } from '../../transport/transport'
import { nulRecords, type HostFiles } from '../host/host-files'

/** Directories that the engine itself does not tell and the dialect they are written in, or why they are not known. */
export type FoundDirectories =
  | {
      readonly found: true
      readonly directories: OverlayDirectories
      readonly metacopy: boolean
      readonly userxattr: boolean
    }
  | { readonly found: false; readonly reason: string }

/** Each directory as it is without links, or nothing for one that is not there, and a zero byte. */
const resolveScript = `exec xargs -0 -r sh -c 'for directory; do
  ( cd -P "$directory" 2>/dev/null && pwd -P )
  printf "\\\\0"
done' sh`

/**
 * Directories (bytes) as they are on the host without links, empty for those that are not there. As text, like every directory that
 * an engine tells; one that is not UTF-8 is not found again.
 * @throws FailureError `command-failed`
 */
export async function resolvedDirectories(
  host: HostFiles,
  places: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const command = {
    name: 'finding directories in layers',
    script: resolveScript,
    input: nulRecords(places),
    elevated: host.elevated,
  }
  const output = (await outputOf(host.transport, command, signal)).toString('latin1')
  return output
    .split('\0')
    .slice(0, -1)
    .map((path) => Buffer.from(path.replace(/\n$/, ''), 'latin1').toString('utf8'))
}
