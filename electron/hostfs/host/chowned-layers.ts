import { outputOf } from '../../transport/transport'
import { bytesOf, nulRecords, type HostFiles } from './host-files'

/**
 * containers/storage, drivers/overlay, UpdateLayerIDMap: of a layer whose owners were changed for a container's user namespace, what had to
 * be copied for that is in `diff1` beside its `diff` (and again in `diff2`), and is merged below that. The engine does not tell it.
 */
const listScript = `exec xargs -0 -r sh -c 'for directory; do
  number=1
  while [ -d "$directory$number" ] && [ ! -h "$directory$number" ]; do number=$((number + 1)); done
  echo "$((number - 1))"
done' sh`

const layer = /\/[0-9a-f]{64}\/diff$/

/**
 * What stands beside each of some layers' directories and is merged below it, top first.
 * @throws FailureError `command-failed`
 */
export async function chownedLayers(
  { transport, elevated }: HostFiles,
  directories: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, readonly string[]>> {
  const asked = directories.filter((directory) => layer.test(directory))
  const command = {
    name: 'looking for layers with other owners',
    script: listScript,
    input: nulRecords(asked.map(bytesOf)),
    elevated,
  }
  const counts = (await outputOf(transport, command, signal)).toString('latin1').split('\n')
  return new Map(
    asked.map((directory, at) => [
      directory,
      Array.from({ length: Number(counts[at] ?? 0) }, (_, index) => `${directory}${String(index + 1)}`),
    ]),
  )
}
