import { failed, isFailure } from '../../core/base/failure'
import type { Engine, Executed } from '../../engine/engine'

/** What a command in a running container finds there. */
export type ContainerTools =
  | { readonly works: true; readonly mounts: readonly string[] }
  | { readonly works: false; readonly reason: string; readonly mounts: readonly string[] }

/** Milliseconds for what only looks around in a container, and for removing what may be much; a file system of its own may hang there. */
const looksWithin = 15_000
const removesWithin = 600_000

/** Runs a program in a container. One that does not end in time goes on: an engine has no way to end it. */
async function executed(
  engine: Engine,
  containerId: string,
  { command, within }: { readonly command: readonly string[]; readonly within: number },
  signal: AbortSignal,
): Promise<Executed> {
  const limit = AbortSignal.timeout(within)
  try {
    return await engine.execute(containerId, command, AbortSignal.any([signal, limit]))
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error
    throw failed(
      'timed-out',
      `A command in the container did not end within ${String(within / 1000)} seconds.`,
      'Something in the container hangs, such as a file system that does not answer. Look at the path again.',
    )
  }
}

const lookScript = `
command -v rm >/dev/null && command -v mv >/dev/null || { echo no-tools; exit; }
echo tools
while read -r _ _ _ _ point _; do echo "$point"; done </proc/self/mountinfo
echo end`

const noCommand = ['engine-failed', 'conflict', 'timed-out'] as const

/** Looks whether a container has a shell, rm and mv, and where things are mounted in it, whoever mounted them. */
export async function containerTools(
  engine: Engine,
  containerId: string,
  signal: AbortSignal,
): Promise<ContainerTools> {
  try {
    const { status, output } = await executed(
      engine,
      containerId,
      { command: ['sh', '-c', lookScript], within: looksWithin },
      signal,
    )
    const [word, ...mounts] = output.toString('latin1').trimEnd().split('\n')
    // Its output has no end of its own, so that a cut looks like one.
    if (word === 'tools' && mounts.pop() !== 'end')
      throw failed(
        'engine-unreachable',
        'What a command in the container printed is cut off.',
        'Try it again.',
      )
    if (status === 0 && word === 'tools') return { works: true, mounts: mounts.map(mountPoint) }
    const missing = word === 'no-tools' ? 'rm or mv' : 'shell'
    return {
      works: false,
      reason: `The image has no ${missing}, and the engine itself cannot remove a path of a running container. Stop the container and try it again.`,
      mounts: [],
    }
  } catch (error) {
    // No command can be run: the engine says so in words of its own.
    if (!noCommand.some((kind) => isFailure(error, kind)) || !isFailure(error)) throw error
    return {
      works: false,
      reason: `No command can be run in the container. ${error.failure.message}`,
      mounts: [],
    }
  }
}

/** The kernel writes space, tab, newline and backslash as three octal digits (proc_pid_mountinfo(5)). */
function mountPoint(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
}

/**
 * Goes to a directory, whose own path the kernel must give as the one that was meant, so that no component was a link, and takes
 * away what has the name there; or puts another in its place, which stands beside it. Arguments, each byte as an octal
 * escape, because an engine's JSON holds no other bytes than UTF-8: the directory, the name, the other's name or nothing.
 */
const removeScript = `
LC_ALL=C; export LC_ALL
decoded() { value=$(printf "%b." "$1"); value=\${value%.}; }
decoded "$1"; directory=$value
decoded "$2"; name=$value
decoded "$3"; other=$value
cd -P "$directory" 2>/dev/null || exit 3
here=$(pwd -P; echo .)
[ "$here" = "$directory
." ] || exit 3
if [ -n "$other" ]; then [ -e "./$other" ] || [ -h "./$other" ] || exit 4; fi
rm -rf "./$name" || exit 5
[ -z "$other" ] || mv "./$other" "./$name" || exit 6`
export type Removed = 'done' | 'moved-away' | 'failed'

/** Removes a path inside a running container, or replaces it by another name of the same directory. No link is followed. */
export async function removeInside(
  engine: Engine,
  containerId: string,
  { directory, name, replacement = '' }: { directory: string; name: string; replacement?: string },
  signal: AbortSignal,
): Promise<Removed> {
  const names = [directory === '' ? '/' : directory, name, replacement].map(octal)
  const command = ['sh', '-c', removeScript, 'sh', ...names]
  const { status } = await executed(engine, containerId, { command, within: removesWithin }, signal)
  if (status === 0) return 'done'
  return status === 3 ? 'moved-away' : 'failed'
}

function octal(bytes: string): string {
  return [...bytes].map((byte) => `\\0${byte.charCodeAt(0).toString(8).padStart(3, '0')}`).join('')
}
