import { nulRecords, type HostFiles } from '../host/host-files'
import { withoutLimit } from '../commands/long-paths'
import { nulFields } from '../commands/nul-fields'
import { portableFind } from '../commands/portable-find'

// find wants its options behind its starting points, hence the inner shell. Each path is a starting point, `/`, a name.
const find = portableFind('find "$@" -mindepth 1 -maxdepth 1 -print0')
const namesScript = `exec 3>&1
exec xargs -0 -r sh -c '${find.replaceAll("'", `'"'"'`)}' sh`

/** The names in each of the given directories (absolute paths, bytes). */
export async function directoryNames(
  host: HostFiles,
  directories: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string[]>> {
  return await withoutLimit(host, directories, (near, some) => namesIn(near, some, signal))
}

async function namesIn(
  { transport, elevated }: HostFiles,
  directories: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string[]>> {
  const names = new Map<string, string[]>()
  if (directories.length === 0) return names
  const command = {
    name: 'listing names in directories',
    script: namesScript,
    input: nulRecords(directories),
    elevated,
  }
  for await (const fields of nulFields(transport.run(command, signal), 1, command)) {
    for (const path of fields) {
      const slash = path.lastIndexOf('/')
      const [directory, name] = [path.slice(0, slash), path.slice(slash + 1)]
      const list = names.get(directory)
      if (list === undefined) names.set(directory, [name])
      else list.push(name)
    }
  }
  return names
}
