import { nulRecords, type HostFiles } from '../host/host-files'
import { withoutLimit } from '../commands/long-paths'
import { markedFields, newMark } from '../commands/marked-fields'
import { noMoreThan } from '../commands/no-more-than'
import { nulFields } from '../commands/nul-fields'

// Each path is a starting point of its own, and begins with a slash or `../`. What vanished or is no link is left out.
const findScript = `exec xargs -0 -r sh -c 'exec find "$@" -maxdepth 0 -type l -printf "%p\\\\0%l\\\\0"' sh 2>/dev/null`

/** Without GNU's find: the mark comes as the first line of standard input. Only GNU's stat quotes names, and minds QUOTING_STYLE. */
const statScript = `IFS= read -r mark || exit 3
export QUOTING_STYLE=literal
exec xargs -0 -r stat -c "%n$mark%N$mark" 2>/dev/null`
const someMissing = [1, 123]

/** The targets of links (absolute paths, bytes). */
export async function linkTargets(
  host: HostFiles,
  links: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  return await withoutLimit(host, links, (near, some) => targetsOf(near, some, signal))
}

async function targetsOf(
  { transport, elevated, tools }: HostFiles,
  links: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const targets = new Map<string, string>()
  if (links.length === 0) return targets
  const mark = newMark()
  const gnu = tools.find === 'gnu'
  const input = gnu ? nulRecords(links) : Buffer.concat([Buffer.from(`${mark}\n`), nulRecords(links)])
  const command = {
    name: 'reading where links lead',
    script: gnu ? findScript : statScript,
    input,
    elevated,
    accepts: someMissing,
  }
  const output = transport.run(command, signal)
  const said = gnu ? nulFields(output, 2, command) : markedFields(output, mark, 2, command)
  for await (const fields of noMoreThan(links.length, 2, said, command)) {
    for (let at = 0; at < fields.length; at += 2) {
      const [path = '', shown = ''] = [fields[at], fields[at + 1]]
      targets.set(path, gnu ? shown : targetIn(shown, path))
    }
  }
  return targets
}

/** `%N` of a link is `'NAME' -> 'TARGET'` for busybox, and without quotes for GNU's stat as it is asked. */
export function targetIn(shown: string, name: string): string {
  const quoted = `'${name}' -> '`
  return shown.startsWith(quoted) ? shown.slice(quoted.length, -1) : shown.slice(`${name} -> `.length)
}
