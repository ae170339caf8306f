import { nulRecords, type HostFiles } from './host-files'
import { markedFields, newMark } from './marked-fields'

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
  { transport, elevated, tools }: HostFiles,
  places: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  if (places.length === 0) return times
  const mark = newMark()
  const input = Buffer.concat([Buffer.from(`${mark}\n`), nulRecords(places)])
  const command = {
    script: tools.stat === 'gnu' ? scripts.gnu : scripts.other,
    input,
    elevated,
    accepts: [someMissing],
  }
  for await (const fields of markedFields(transport.run(command, signal), mark, 1)) {
    for (const field of fields) {
      const space = field.indexOf(' ')
      times.set(field.slice(space + 1), Number(field.slice(0, space)) * 1000)
    }
  }
  return times
}
