import { bytePath, type BytePath } from '../../core/base/byte-path'
import { failed } from '../../core/base/failure'
import { nulRecords, type HostFiles } from '../host/host-files'
import type { LayerEntry } from './layer-entries'
import { lowerParts } from './lower-places'
import { mergedEntries, type MergedEntries } from './merged-entries'
import { nulFields } from '../commands/nul-fields'
import { portableFind } from '../commands/portable-find'
import { enterFunction, quoted } from '../commands/enter-directory'

/**
 * What the lower layers (directories as bytes, top first) have below some directories, merged; the cost follows what is there.
 * @throws FailureError `command-failed` or `cancelled`
 */
export async function* entriesInLower(
  host: HostFiles,
  layers: readonly string[],
  directories: readonly BytePath[],
  signal: AbortSignal,
): AsyncGenerator<MergedEntries> {
  yield* mergedEntries(host, await lowerParts(host, layers, directories, signal), signal)
}

/** Layer and directory come as two fields. Character devices are left out: all but the rarest are whiteouts. */
const namesScript = `exec 3>&1
exec xargs -0 -r sh -c ${quoted(`${enterFunction}
enter "$1" "$2" || exit 0
${portableFind('find . -mindepth 1 ! -type c -print0')}`)} sh`

/**
 * What was lost with a directory that the upper layer deleted or replaced: entries of its lower version that are not there any more,
 * in the order of their paths. `layers` are the lower ones.
 * @throws FailureError `not-found` where the path is no directory below, or is there as it was
 */
export async function lostEntries(
  host: HostFiles,
  upper: string,
  layers: readonly string[],
  path: BytePath,
  signal: AbortSignal,
): Promise<LayerEntry[]> {
  const [below, now] = await Promise.all([
    lowerParts(host, layers, [path], signal),
    lowerParts(host, [upper, ...layers], [path], signal),
  ])
  if (below.get(path)?.length === 0)
    throw failed('not-found', 'No lower layer has a directory at this path, so nothing was lost with it.')
  const [own, ...others] = now.get(path) ?? []
  if (others.length > 0 || (own !== undefined && !own.startsWith(`${upper}/`) && own !== upper))
    throw failed('not-found', 'The directory was neither deleted nor replaced: what is below is still there.')
  const kept = own === undefined ? new Set<string>() : await namesBelow(host, upper, path, signal)
  const lost: LayerEntry[] = []
  for await (const { entries } of mergedEntries(host, below, signal))
    for (const entry of entries) if (!kept.has(entry.path)) lost.push(entry)
  return lost.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** All paths below a directory of the upper layer, from it on. */
async function namesBelow(
  { transport, elevated }: HostFiles,
  upper: string,
  directory: BytePath,
  signal: AbortSignal,
): Promise<Set<string>> {
  const names = new Set<string>()
  const command = {
    name: 'listing what a replaced directory has now',
    script: namesScript,
    input: nulRecords([upper, directory]),
    elevated,
  }
  for await (const paths of nulFields(transport.run(command, signal), 1, command))
    for (const path of paths) names.add(bytePath(path.slice(1)))
  return names
}
