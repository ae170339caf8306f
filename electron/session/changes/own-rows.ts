import { parentOf, type BytePath } from '../../core/base/byte-path'
import type { Change } from '../../core/changes/change'
import { inBatches } from '../../core/base/in-batches'
import { isUndecided, runtimePaths, type MadeByEngine } from '../../core/changes/runtime-paths'
import type { ContainerDetails, Engine } from '../../engine/engine'
import { bytesOf } from '../../hostfs/host/host-files'
import { directoriesInLayers } from '../../hostfs/stack/directories-in-layers'
import { directoriesInArchive } from './directories-in-archive'
import { hostOrEngine } from '../host/host-or-engine'
import type { ContainerFiles, HostSession } from '../host/host-session'
import { openImageReader } from '../images/reader-container'
import { askedAtOnce } from '../mounts/mount-places'
import { unlessFailed } from '../base/unless-failed'

type OnHost = Extract<ContainerFiles, { works: true }>
type Facts = Pick<Change, 'type' | 'mode' | 'uid' | 'gid'>

/**
 * Which of the engine's rows are its own. It tells no facts of directories: the few that could be its own are looked at, on the host where its
 * files can be read. Podman tells no owner of a single path.
 */
export async function ownRows(
  session: HostSession,
  container: ContainerDetails,
  { files, made }: { readonly files: ContainerFiles; readonly made: MadeByEngine },
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<ReadonlySet<BytePath>> {
  const engine = await session.engine(signal)
  const isRuntime = runtimePaths(made)
  const places = new Set([...made.mountPoints, ...made.links.keys()])
  const asked = pathsOf(changes, (one) => isUndecided(one) && isRuntime(one) && !places.has(one.path))
  const facts = await hostOrEngine(
    files,
    (there) => onHost(there, 'upper', asked, signal),
    () => throughEngine(engine, container.id, asked, signal),
  )
  const own = new Set(
    pathsOf(changes, (change) => {
      const known = facts.get(change.path)
      return isRuntime(known === undefined ? change : { ...change, ...known })
    }),
  )
  const touched = engine.tellsTouchedDirectories ? pathsOf(changes, isTouchedDirectory(made)) : []
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
export function isTouchedDirectory({ mountPoints, links }: MadeByEngine): (change: Change) => boolean {
  const holding = new Set([...mountPoints, ...links.keys()].map(parentOf))
  return ({ path, kind, type }) => kind === 'modified' && type === 'unknown' && holding.has(path)
}

function pathsOf(changes: readonly Change[], which: (change: Change) => boolean): BytePath[] {
  return changes.filter(which).map(({ path }) => path)
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
