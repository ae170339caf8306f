import { commandFailure } from '../../transport/command-failure'
import type { HostCommand } from '../../transport/transport'

/** A field longer than any path or link target can be, in bytes. */
const longestField = 64 * 1024

/** Some whole groups of fields: where each field's NUL is in the bytes. */
export interface NulGroups {
  readonly bytes: Buffer
  readonly ends: readonly number[]
}

/**
 * Finds the fields in the NUL-terminated output of a command, as many at a time as a read brought, never a part of a group.
 * @throws FailureError `command-failed` for output that ends in the middle of a group
 */
export async function* nulGroups(
  output: AsyncIterable<Buffer>,
  size: number,
  command: Pick<HostCommand, 'name'>,
): AsyncGenerator<NulGroups> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const part of output) {
    const bytes = rest.length === 0 ? part : Buffer.concat([rest, part])
    const ends: number[] = []
    for (let at = bytes.indexOf(0); at !== -1; at = bytes.indexOf(0, at + 1)) ends.push(at)
    ends.length -= ends.length % size
    rest = bytes.subarray((ends.at(-1) ?? -1) + 1)
    if (rest.length > longestField * size) {
      throw commandFailure(command, 'its output is not well formed')
    }
    if (ends.length > 0) yield { bytes, ends }
  }
  if (rest.length > 0) throw commandFailure(command, 'its output ended in the middle of an entry')
}

/** The fields themselves, one character a byte, in whole groups. */
export async function* nulFields(
  output: AsyncIterable<Buffer>,
  size: number,
  command: Pick<HostCommand, 'name'>,
): AsyncGenerator<string[]> {
  for await (const { bytes, ends } of nulGroups(output, size, command)) {
    let start = 0
    yield ends.map((end) => {
      const field = bytes.toString('latin1', start, end)
      start = end + 1
      return field
    })
  }
}
