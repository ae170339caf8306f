import { nulRecords, type HostFiles } from './host-files'
import { nulFields } from './nul-fields'

// find wants its options behind its starting points, hence the inner shell; `%H` is the starting point.
const namesScript = `exec xargs -0 -r sh -c 'exec find "$@" -ignore_readdir_race -mindepth 1 -maxdepth 1 -printf "%H\\0%f\\0"' sh`

/** The names in each of the given directories (absolute paths, bytes). */
export async function directoryNames(
  { transport, elevated }: HostFiles,
  directories: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string[]>> {
  const names = new Map<string, string[]>()
  if (directories.length === 0) return names
  const command = { script: namesScript, input: nulRecords(directories), elevated }
  for await (const fields of nulFields(transport.run(command, signal), 2)) {
    for (let at = 0; at < fields.length; at += 2) {
      const directory = fields[at] ?? ''
      const list = names.get(directory)
      if (list === undefined) names.set(directory, [fields[at + 1] ?? ''])
      else list.push(fields[at + 1] ?? '')
    }
  }
  return names
}
