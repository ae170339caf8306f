import { commandFailure } from '../../transport/command-failure'
import type { HostCommand } from '../../transport/transport'

/**
 * Groups of so many fields, up to a number of groups: what was asked about so many paths says no more.
 * @throws FailureError `command-failed` where there are more
 */
export async function* noMoreThan(
  most: number,
  size: number,
  fields: AsyncIterable<string[]>,
  command: Pick<HostCommand, 'name'>,
): AsyncGenerator<string[]> {
  let count = 0
  for await (const some of fields) {
    count += some.length / size
    if (count > most) throw commandFailure(command, 'it says more than it was asked for')
    yield some
  }
}
