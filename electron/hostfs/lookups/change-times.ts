import { nulRecords, type HostFiles } from '../host/host-files'
import { withoutLimit } from '../commands/long-paths'
import { markedFields, newMark } from '../commands/marked-fields'
import { noMoreThan } from '../commands/no-more-than'

// The mark comes as the first line of standard input. What vanished is left out.
const script = (format: string) => `IFS= read -r mark || exit 3
exec xargs -0 -r stat -c "${format} %n$mark" 2>/dev/null`
const scripts = { gnu: script('%.9Z'), other: script('%Z') } as const
const someMissing = 123

/**
 * When paths (absolute, bytes) were last changed in any way, in milliseconds since 1970 by the host's clock: unlike the time of its content nobody
 * can set that (inode(7), "Last status change"). Whole seconds where the host has no GNU stat.
 * @throws FailureError `command-failed`
 */
export async function changeTimes(
  host: HostFiles,
  places: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  if (places.length === 0) return new Map()
  const script = host.tools.stat === 'gnu' ? scripts.gnu : scripts.other
  return await withoutLimit(host, places, async ({ transport, elevated }, some) => {
    const mark = newMark()
    const input = Buffer.concat([Buffer.from(`${mark}\n`), nulRecords(some)])
    const times = new Map<string, number>()
    const command = {
      name: 'asking for the times of changes',
      script,
      input,
      elevated,
      accepts: [someMissing],
    }
    const said = markedFields(transport.run(command, signal), mark, 1, command)
    for await (const fields of noMoreThan(some.length, 1, said, command)) {
      for (const field of fields) {
        const space = field.indexOf(' ')
        times.set(field.slice(space + 1), Number(field.slice(0, space)) * 1000)
      }
    }
    return times
  })
}
