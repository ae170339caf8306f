import { parentOf, type BytePath } from '../core/byte-path'
import type { Change } from '../core/change'
import { inBatches } from '../core/in-batches'
import { isUndecided, runtimePaths, type MadeByEngine } from '../core/runtime-paths'
import type { ContainerDetails, Engine } from '../engine/engine'
import { bytesOf } from '../hostfs/host-files'
import { directoriesInLayers } from '../hostfs/directories-in-layers'
import { directoriesInArchive } from './directories-in-archive'
import { madeThroughEngine } from './engine-made'
import { hostOrEngine } from './host-or-engine'
import type { ContainerFiles, HostSession } from './host-session'
import { openImageReader } from './image-reader'
import { askedAtOnce, filesIfTold } from './mount-places'
import { inSlices } from './slices'
import { unlessFailed } from './unless-failed'

/** Changes that are looked at in about a millisecond. */
const slice = 1_000

type OnHost = Extract<ContainerFiles, { works: true }>
type Facts = Pick<Change, 'type' | 'mode' | 'uid' | 'gid'>

/**
 * Which of the engine's rows are its own. It tells no facts of directories: the few that could be its own are looked at, on the host where its
 * files can be read. Podman tells no owner of a single path.
 */
export async function ownRows(
  session: HostSession,
  container: ContainerDetails,
  changes: Iterable<Change>,
  signal: AbortSignal,
): Promise<ReadonlySet<BytePath>> {
  const engine = await session.engine(signal)
  const files = await filesIfTold(session, container, signal)
  const made = await madeThroughEngine(session, container, files, signal)
  const isRuntime = runtimePaths(made)
  const places = new Set([...made.mountPoints, ...made.links.keys()])
  const sift = (which: (change: Change) => boolean) => inSlices(sifted(changes, which), signal)
  const asked = await sift((change) => isUndecided(change) && isRuntime(change) && !places.has(change.path))
  const paths = asked.map(({ path }) => path)
  const facts = await hostOrEngine(
    files,
    (there) => onHost(there, 'upper', paths, signal),
    () => throughEngine(engine, container.id, paths, signal),
  )
  const runtime = await sift((change) => {
    const known = facts.get(change.path)
    return isRuntime(known === undefined ? change : { ...change, ...known })
  })
  const own = new Set(runtime.map(({ path }) => path))
  const isTouched = isTouchedDirectory(made)
  const touched = engine.tellsTouchedDirectories ? (await sift(isTouched)).map(({ path }) => path) : []
  if (touched.length === 0) return own
  const [now, then] = await hostOrEngine(
    files,
    (there) => Promise.all((['upper', 'lower'] as const).map((side) => onHost(there, side, touched, signal))),
    async () => (await unlessFailed(inArchives(engine, container, touched, signal))) ?? [],
  )
  for (const path of touched) if (isSame(now?.get(path), then?.get(path))) own.add(path)
  return own
}

/** Directories that are told as modified, and in which the engine makes something that it does not tell. */
function isTouchedDirectory({ mountPoints, links }: MadeByEngine): (change: Change) => boolean {
  const holding = new Set([...mountPoints, ...links.keys()].map(parentOf))
  return ({ path, kind, type }) => kind === 'modified' && type === 'unknown' && holding.has(path)
}

function* sifted(changes: Iterable<Change>, which: (change: Change) => boolean): Generator<void, Change[]> {
  const found: Change[] = []
  let looked = 0
  for (const change of changes) {
    if ((looked += 1) % slice === 0) yield
    if (which(change)) found.push(change)
  }
  return found
}

function isSame(now: Facts | undefined, then: Facts | undefined): boolean {
  if (now?.type !== 'directory' || then?.type !== 'directory') return false
  return now.mode === then.mode && now.uid === then.uid && now.gid === then.gid
}

async function onHost(
  { files, directories: { upper, lower } }: OnHost,
  side: 'upper' | 'lower',
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<ReadonlyMap<BytePath, Facts>> {
  const layers = (side === 'upper' ? [upper, ...lower] : lower).map(bytesOf)
  const found = await directoriesInLayers(files, layers, paths, signal)
  return new Map([...found].map(([path, { type, mode, uid, gid }]) => [path, { type, mode, uid, gid }]))
}

async function throughEngine(
  engine: Engine,
  containerId: string,
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<ReadonlyMap<BytePath, Facts>> {
  const facts = new Map<BytePath, Facts>()
  for (const some of inBatches(paths, askedAtOnce)) {
    const asked = some.map(async (path) => {
      const found = await unlessFailed(engine.archivedPath(containerId, path, signal))
      await found?.close()
      if (found === undefined) return
      const { type, mode, uid, gid } = found
      facts.set(path, {
        type,
        mode,
        ...(uid === undefined ? {} : { uid }),
        ...(gid === undefined ? {} : { gid }),
      })
    })
    await Promise.all(asked)
  }
  return facts
}

/** Such directories stand near the beginning of the archive of a root. */
async function inArchives(
  engine: Engine,
  container: ContainerDetails,
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<ReadonlyMap<BytePath, Facts>[]> {
  const reader = await openImageReader(engine, container.imageId, signal)
  try {
    const roots = [container.id, reader.containerId]
    return await Promise.all(roots.map((id) => directoriesInArchive(engine, id, paths, signal)))
  } finally {
    await reader.close()
  }
}
