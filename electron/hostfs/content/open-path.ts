import { nameOf, parentOf, type BytePath } from '../../core/base/byte-path'
import { failed } from '../../core/base/failure'
import { hostPath, nulRecords, type HostFiles } from '../host/host-files'
import { withKeptStats } from '../attributes/kept-stats'
import { ownersAt } from '../host/layer-owners'
import { parseStat, type HostStat } from '../lookups/stat-paths'
import { enterFunction } from '../commands/enter-directory'

/** Bytes that dd reads at a time; ranges are asked for in these and cut here. */
const block = 64 * 1024

/**
 * Looks at one path below a layer's directory and writes out a part of its content, while a container may be swapping what
 * is there for links, pipes and devices. Arguments: the layer's directory, the directory below it, the name, the first block
 * and the number of blocks, stat's format.
 *
 * - No component of the directory was a link (`enterFunction`).
 * - Only what lstat calls a regular file is opened. GNU's dd then refuses a link and does not wait for a pipe. With
 *   another dd the shell opens the file, what is open must be the very inode that lstat saw, and where opening does not end
 *   (a pipe was put there in that moment) the script ends itself.
 * - The last word says whether that inode still has the name at the end; without it nothing is believed.
 */
const lookScript = `${enterFunction}
root=$1 directory=$2 name=$3 skip=$4 count=$5 format=$6
absent() { printf "\\\\0"; exit; }
enter "$root" "$directory" || absent
facts=$(stat -c "$format" "./$name" 2>/dev/null) && [ -n "$facts" ] || absent
printf "%s\\\\0" "$facts"
same() { [ "$(stat -c "%f %d:%i" "./$name" 2>/dev/null)" = "\${facts%% *} \${facts##* }" ]; }
opened() { [ "$(stat -L -c "%f %d:%i" /proc/self/fd/3 2>/dev/null)" = "\${facts%% *} \${facts##* }" ]; }
case $facts in
  a*) readlink -n "./$name" 2>/dev/null ;;
  8*)
    size=\${facts#* * * } size=\${size%% *}
    [ "$skip" -le "$((size / ${String(block)}))" ] || count=0
    if [ "$count" = 0 ]; then :
    elif dd if=/dev/null iflag=nofollow,nonblock,fullblock count=0 2>/dev/null; then
      dd if="./$name" iflag=nofollow,nonblock,fullblock bs=${String(block)} skip="$skip" count="$count" 2>/dev/null
    else
      ( sleep 10 && kill -9 $$ ) >/dev/null 2>&1 & watch=$!
      { kill "$watch"; opened && dd bs=${String(block)} skip="$skip" count="$count" <&3 2>/dev/null; } 3<"./$name" ||
        { kill "$watch" 2>/dev/null; false; }
    fi ;;
esac && same && printf same || printf gone
`
const script = `exec xargs -0 -r sh -c '${lookScript}' sh`
const lastWord = 4

/** Facts of `parseStat`, and device and inode at the end. Only GNU's stat knows parts of a second. */
const formats = {
  gnu: '%f %u %g %s %.9Y %t %T %d:%i',
  other: '%f %u %g %s %Y %t %T %d:%i',
} as const

/** Bytes of a file's content; `length` is how many are wanted at most. */
export interface ByteRange {
  readonly offset: number
  readonly length: number
}

/** One path of a layer as it was found. A command on the host waits behind it until it is closed or read to its end. */
export interface OpenedPath {
  readonly stat: HostStat
  /** The file's bytes in the range, or the whole target of a link; nothing for anything else. */
  readonly content: AsyncIterable<Buffer>
  close(): Promise<void>
}

/**
 * Opens a path below a layer's directory (both bytes) without following a link in any component. Nothing where it is not there.
 * @throws FailureError `command-failed`, also from the content: for a file that was swapped or vanished while it was read
 */
export async function openPath(
  host: HostFiles,
  layer: string,
  path: BytePath,
  { offset, length }: ByteRange,
  signal: AbortSignal,
): Promise<OpenedPath | undefined> {
  const first = Math.floor(offset / block)
  const blocks = length === 0 ? 0 : Math.ceil((offset + length) / block) - first
  const format = formats[host.tools.stat]
  const input = nulRecords([layer, parentOf(path), nameOf(path), String(first), String(blocks), format])
  const output = headAndBody(
    host.transport.run({ name: "reading a path's content", script, input, elevated: host.elevated }, signal),
  )
  const head = (await output.next()).value
  const close = async () => {
    await output.return(undefined)
  }
  if (head === undefined || head.length === 0) {
    await close()
    return undefined
  }
  const place = hostPath(layer, path)
  const bare = parseStat(head.toString('latin1'), ownersAt(host, layer))
  const stat = (await withKeptStats(host, new Map([[place, bare]]), signal)).get(place) ?? bare
  const range = bare.type === 'file' ? { offset: offset - first * block, length } : wholeTarget
  return { stat, content: cut(checked(output), range), close }
}

/** PATH_MAX, which a target cannot pass. */
const wholeTarget: ByteRange = { offset: 0, length: 4096 }

/** What stands before the first zero byte as one buffer, then the rest as it comes. */
async function* headAndBody(output: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined, undefined> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const part of output) {
    if (head === undefined) {
      yield part
      continue
    }
    const joined: Buffer = Buffer.concat([head, part])
    const end = joined.indexOf(0)
    if (end === -1 && joined.length > 1000)
      throw failed('command-failed', 'What the host says of a file is not well formed.')
    head = joined
    if (end === -1) continue
    head = undefined
    yield joined.subarray(0, end)
    if (end + 1 < joined.length) yield joined.subarray(end + 1)
  }
  if (head !== undefined) throw failed('command-failed', 'What the host says of a file ended too early.')
  return undefined
}

/** Holds back the script's last word and believes the rest only with it. */
async function* checked(output: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let held: Buffer = Buffer.alloc(0)
  for await (const part of output) {
    const joined: Buffer = held.length === 0 ? part : Buffer.concat([held, part])
    const sure = Math.max(0, joined.length - lastWord)
    if (sure > 0) yield joined.subarray(0, sure)
    held = joined.subarray(sure)
  }
  if (held.toString('latin1') !== 'same')
    throw failed('command-failed', 'The file was replaced or removed while it was read.', 'Read it again.')
}

/** The wanted part of whole blocks; whatever comes beyond is read to the last word and dropped. */
async function* cut(
  content: AsyncIterable<Buffer>,
  { offset, length }: ByteRange,
): AsyncGenerator<Buffer, void, undefined> {
  let at = 0
  for await (const part of content) {
    const wanted = part.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at))
    at += part.length
    if (wanted.length > 0) yield wanted
  }
}
