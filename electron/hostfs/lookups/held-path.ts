import { parentOf, type BytePath } from '../../core/base/byte-path'
import { outputOf } from '../../transport/transport'
import { hostPath, nulRecords, type HostFiles } from '../host/host-files'

/** What keeps even root from changing a path (chattr(1)): `i` forbids every change, `a` all but adding to it. */
export interface HeldPath {
  readonly flag: 'i' | 'a'
  /** What has it: the path itself, the directory it is in, or something in it. */
  readonly at: 'path' | 'directory' | 'below'
}

/**
 * The directory and the path come as records on standard input. It prints a line of flags for each, and one of the first thing below the
 * path that is held; names, which may hold anything, are left out. lsattr reads flags of files and directories alone, and follows no link.
 */
const flagsScript = `
command -v lsattr >/dev/null || exit 0
xargs -0 -r sh -c '
for path; do echo "$(lsattr -d -- "$path" 2>/dev/null | head -n 1 | cut -d " " -f 1)"; done
[ ! -d "$2" ] || [ -L "$2" ] || lsattr -R -a -- "$2" 2>/dev/null | grep -m 1 "^[-A-Za-z]*[ia][-A-Za-z]* /" | cut -d " " -f 1
:' sh
`

/**
 * Whether a path of an upper directory (bytes) is held. Nothing where it is not, or where the host has no lsattr.
 * @throws FailureError `command-failed`
 */
export async function heldPath(
  { transport, elevated }: HostFiles,
  upper: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<HeldPath | undefined> {
  const input = nulRecords([hostPath(upper, parentOf(path)), hostPath(upper, path)])
  const said = await outputOf(
    transport,
    { name: 'reading the flags of a path', script: flagsScript, input, elevated },
    signal,
    4096,
  )
  const [directory = '', own = '', below = ''] = said.toString('latin1').split('\n').map(flagIn)
  if (own !== '') return { flag: own, at: 'path' }
  if (directory !== '') return { flag: directory, at: 'directory' }
  return below === '' ? undefined : { flag: below, at: 'below' }
}

function flagIn(flags: string): 'i' | 'a' | '' {
  if (flags.includes('i')) return 'i'
  return flags.includes('a') ? 'a' : ''
}
