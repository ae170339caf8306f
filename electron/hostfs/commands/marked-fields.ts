import { randomBytes } from 'node:crypto'
import { commandFailure } from '../../transport/command-failure'
import type { HostCommand } from '../../transport/transport'

/** A field longer than any path or link target can be, in bytes. */
const longestField = 64 * 1024

/**
 * A text that no name on a host can hold, because nobody could know it. It ends fields where a tool cannot write a zero
 * byte, and goes to the host as the first line of standard input.
 */
export function newMark(): string {
  return `<${randomBytes(16).toString('hex')}>`
}

/**
 * The fields that a mark ends, in whole groups, one character a byte; a newline ends each group, as `stat -c` writes it.
 * @throws FailureError `command-failed` for output that ends in the middle of a group
 */
export async function* markedFields(
  output: AsyncIterable<Buffer>,
  mark: string,
  size: number,
  command: Pick<HostCommand, 'name'>,
): AsyncGenerator<string[]> {
  let rest = ''
  for await (const part of output) {
    const fields = (rest + part.toString('latin1')).split(mark)
    const whole = fields.length - 1 - ((fields.length - 1) % size)
    rest = fields.slice(whole).join(mark)
    if (rest.length > longestField * size) throw commandFailure(command, 'its output is not well formed')
    const groups = fields
      .slice(0, whole)
      .map((field, at) => (at % size === 0 ? withoutNewline(field) : field))
    if (groups.length > 0) yield groups
  }
  if (rest !== '' && rest !== '\n')
    throw commandFailure(command, 'its output ended in the middle of an entry')
}

/** The newline of the group before. */
function withoutNewline(field: string): string {
  return field.startsWith('\n') ? field.slice(1) : field
}
