import { commandFailure } from '../../transport/command-failure'
import type { HostCommand } from '../../transport/transport'

/** Bytes of a line, which names one path at most. */
const longestLine = 256 * 1024

/**
 * The lines of a command's output while it comes, one character a byte; what is behind the last newline is left out.
 * @param most lines that the command may say, of what it was asked about
 * @throws FailureError `command-failed` for a line without an end, and for more lines
 */
export async function* textLines(
  output: AsyncIterable<Buffer>,
  most: number,
  command: Pick<HostCommand, 'name'>,
): AsyncGenerator<string> {
  /** A line so far, in the parts that it came in: it is put together once. */
  let held: string[] = []
  let heldLength = 0
  let count = 0
  for await (const part of output) {
    const lines = part.toString('latin1').split('\n')
    const rest = lines.pop() ?? ''
    count += lines.length
    if (count > most) throw commandFailure(command, 'it says more than it was asked for')
    for (const line of lines) {
      yield held.length === 0 ? line : held.join('') + line
      held = []
    }
    if (lines.length > 0) heldLength = 0
    if (rest === '') continue
    held.push(rest)
    heldLength += rest.length
    if (heldLength > longestLine) throw commandFailure(command, 'a line of its output has no end')
  }
}
