import { FailureError } from '../../core/base/failure'
import { commandFailure } from '../../transport/command-failure'
import type { HostCommand, Transport } from '../../transport/transport'
import { wholePlace, type HostFiles } from '../host/host-files'
import { longestInOne } from './enter-directory'

/** Bytes of a path that a tool is given in one piece, with room for the slash and the name of what is in it. */
const longestForTool = longestInOne - 256
/** Longer paths are named from an ancestor on, which ends near a multiple of this, so that neighbours share it. What is left is always short enough. */
const stride = 1700

/**
 * Goes to a directory piece by piece, before the command's own script: no call takes the whole path. The pieces are the first lines of
 * standard input, an empty line ends them; `read` takes no byte of what follows. The first byte of the output tells whether the
 * directory is there. No piece is too long as a path, so one that is said to be too long has a name that no file can have.
 */
const goScript = `
while IFS= read -r piece && [ -n "$piece" ]; do
  piece=$(printf "%bx" "$piece")
  piece=\${piece%x}
  cd -P "$piece" 2>/dev/null && continue
  why=$(stat -c %f "$piece/." 2>&1)
  case $why in
    *": No such file or directory" | *": Not a directory" | *": File name too long") echo gone; exit 0 ;;
  esac
  echo "a directory on the way to a long path cannot be entered: \${why##*: }" >&2
  exit 3
done
printf +
`
const there = '+'.charCodeAt(0)

/** Some paths as a host is asked about them. */
export interface ReachedPaths {
  readonly host: HostFiles
  readonly paths: readonly string[]
  /** The whole path of one that an answer names. */
  wholeOf(path: string): string
}

/**
 * Divides paths (absolute, or from the host's own place on; bytes) into those that can be named in one piece and, by their ancestors, the
 * others. Each part's host has its place at the ancestor, and its paths begin with `../`.
 * Running a command there throws FailureError `command-failed` where the ancestor is not there.
 */
export function reached(host: HostFiles, paths: readonly string[]): ReachedPaths[] {
  const long = paths.filter(isLong)
  if (long.length === 0) return [{ host, paths, wholeOf: (path) => path }]
  const parts = new Map<string, string[]>()
  for (const path of long) {
    const anchor = anchorOf(path)
    const rest = `.${path.slice(anchor.length)}`
    const part = parts.get(anchor)
    if (part === undefined) parts.set(anchor, [rest])
    else part.push(rest)
  }
  const short = paths.filter((path) => !isLong(path))
  return [
    ...(short.length === 0 ? [] : [{ host, paths: short, wholeOf: (path: string) => path }]),
    ...[...parts].map(([anchor, own]) => ({
      host: { ...host, transport: at(host.transport, anchor), place: wholePlace(host, anchor) },
      paths: own,
      wholeOf: (path: string) => anchor + path.slice(1),
    })),
  ]
}

/**
 * Looks paths up, however long they are; `look` is asked for those of one part at a time and answers by path. What is below a directory
 * that is not there is not there.
 * @throws FailureError what `look` throws, and `command-failed` where a directory on the way cannot be entered
 */
export async function withoutLimit<Found>(
  host: HostFiles,
  paths: readonly string[],
  look: (host: HostFiles, paths: readonly string[]) => Promise<Map<string, Found>>,
): Promise<Map<string, Found>> {
  const [first, ...others] = reached(host, paths)
  if (first === undefined) return new Map()
  if (first.host === host && others.length === 0) return await look(host, paths)
  const found = new Map<string, Found>()
  for (const part of [first, ...others]) {
    try {
      for (const [path, one] of await look(part.host, part.paths)) found.set(part.wholeOf(path), one)
    } catch (error) {
      if (!(error instanceof NotThere)) throw error
    }
  }
  return found
}

/** The directory that a command was to run in is not there. */
class NotThere extends FailureError {}

function isLong(path: string): boolean {
  return path.length > longestForTool
}

function anchorOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/', (Math.floor(path.length / stride) - 1) * stride))
}

/** The same host for commands that begin in a directory of it. */
function at(transport: Transport, directory: string): Transport {
  const way = Buffer.from(`${piecesOf(directory).map(escaped).join('\n')}\n\n`)
  return {
    open: (ask, signal) => transport.open(ask, signal),
    openStream: (socketPath, signal) => transport.openStream(socketPath, signal),
    run: ({ script, input = Buffer.alloc(0), ...command }, signal) => {
      const gone = { ...command, script: goScript + script, input: Buffer.concat([way, input]) }
      return behindFirstByte(gone, transport.run(gone, signal))
    },
    close: () => transport.close(),
  }
}

async function* behindFirstByte(command: HostCommand, output: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun = false
  for await (const part of output) {
    if (begun) yield part
    else if (part.length > 0) {
      if (part[0] !== there)
        throw new NotThere(commandFailure(command, 'a directory is not there on the host any more').failure)
      begun = true
      if (part.length > 1) yield part.subarray(1)
    }
  }
  if (!begun) throw commandFailure(command, 'the command said nothing of where it ran')
}

/** A path in pieces that can each be gone at once, from one to the next. */
function piecesOf(path: string): string[] {
  const pieces: string[] = []
  for (let rest = path; rest !== '';) {
    const slash = rest.length > stride ? rest.lastIndexOf('/', stride) : -1
    const end = slash > 0 ? slash : rest.length
    pieces.push(rest.slice(0, end))
    rest = end === rest.length ? '' : `.${rest.slice(end)}`
  }
  return pieces
}

/** For `%b` of printf (POSIX), in one line: every byte that is not plain as a backslash, a zero and three octal digits. */
export function escaped(bytes: string): string {
  return bytes.replace(/[^\w./-]/g, (byte) => `\\0${byte.charCodeAt(0).toString(8).padStart(3, '0')}`)
}
