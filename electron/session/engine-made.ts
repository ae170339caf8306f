import { parentOf, rootPath, type BytePath } from '../core/byte-path'
import type { Change } from '../core/change'
import { inBatches } from '../core/in-batches'
import { isUndecided, runtimePaths, type MadeByEngine } from '../core/runtime-paths'
import type { ContainerDetails, Engine } from '../engine/engine'
import { tarEntries } from '../engine/tar-entries'
import { configuredMounts } from '../engine/podman/runtime-config'
import { readSmallFile } from '../hostfs/small-file'
import { followedPaths, type LinkLook } from './followed-links'
import type { ContainerFiles, HostSession } from './host-session'
import { openImageReader } from './image-reader'
import { askedAtOnce, asPath, filesIfTold, linksOnHost, linksThroughEngine } from './mount-places'
import { unlessFailed } from './unless-failed'
import { filesWithUser } from './user-entries'

type OnHost = Extract<ContainerFiles, { works: true }>

/**
 * What the engine made in a container's own layer, by the host's files. A place for a mount was made by the links of then, and these may be others
 * by now: those of the layers below count too.
 * @throws FailureError `command-failed`
 */
export async function madeOnHost(
  session: HostSession,
  container: ContainerDetails,
  files: OnHost,
  signal: AbortSignal,
): Promise<MadeByEngine> {
  const { upper, lower } = files.directories
  const looks = [[upper, ...lower], lower].map((layers) => linksOnHost(files, layers, signal))
  const more =
    container.runtimeConfig === undefined ? [] : await configured(files, container.runtimeConfig, signal)
  const [made, withUser] = await Promise.all([
    madeAt(container, more, looks),
    unlessFailed(filesWithUser(session, container, { files, lens: 'host' }, signal)),
  ])
  return { ...made, files: withUser ?? made.files }
}

/**
 * The same for rows of the engine's. Links are looked up on the host where its files can be read: an engine that is asked about a stopped container
 * mounts it, and may put places for mounts there (Docker).
 */
export async function madeThroughEngine(
  session: HostSession,
  container: ContainerDetails,
  signal: AbortSignal,
): Promise<MadeByEngine> {
  const files = await filesIfTold(session, container)
  if (files.works) return await madeOnHost(session, container, files, signal)
  const look = linksThroughEngine(await session.engine(), container.id, signal)
  const [made, withUser] = await Promise.all([
    madeAt(container, [], [look]),
    unlessFailed(filesWithUser(session, container, { lens: 'engine' }, signal)),
  ])
  return { ...made, files: withUser ?? made.files }
}

async function configured({ files }: OnHost, file: string, signal: AbortSignal): Promise<string[]> {
  return configuredMounts((await unlessFailed(readSmallFile(files, file, signal))) ?? '')
}

async function madeAt(
  { mounts, engineMounts, engineLinks, workingDirectory, workingDirectoryOf, user }: ContainerDetails,
  more: readonly string[],
  looks: readonly LinkLook[],
): Promise<MadeByEngine> {
  const asked = [...mounts, ...engineMounts].map(({ destination }) => destination)
  const mountPoints = [...new Set([...asked, ...more].map(asPath))].filter((path) => !isInSystem(path))
  const working = [asPath(workingDirectory)]
  const links = [...engineLinks].map(([path, target]) => [asPath(path), target] as const)
  // Of a link its own place counts, and not where it leads.
  const all = [...mountPoints, ...working, ...links.map(([path]) => parentOf(path))]
  const followed = await Promise.all(looks.map((look) => followedPaths(all, look)))
  const places = (path: BytePath) =>
    followed.map((way) => way.get(path) ?? path).filter((at) => at !== rootPath)
  return {
    mountPoints: mountPoints.flatMap(places),
    workingDirectories: working.flatMap(places),
    isOwner: (uid, gid) => workingDirectoryOf === 'user' && isUser(user, uid, gid),
    links: new Map(
      links.flatMap(([path, target]) =>
        followed.map(
          (way) =>
            [
              `${way.get(parentOf(path)) ?? parentOf(path)}${path.slice(parentOf(path).length)}` as BytePath,
              target,
            ] as const,
        ),
      ),
    ),
    files: new Map(),
  }
}

/** What is mounted below what the kernel shows has no place in any layer. */
function isInSystem(path: BytePath): boolean {
  return ['/dev/', '/proc/', '/sys/'].some((system) => path.startsWith(system))
}

/** What stands in the image under a name is not looked up: any owner fits it. */
function isUser(user: string, uid: number, gid: number): boolean {
  const [name = '', group = ''] = user.split(':')
  const fits = (text: string, id: number) => !/^\d+$/.test(text) || Number(text) === id
  return name !== '' && fits(name, uid) && fits(group, gid)
}

/**
 * Which of the engine's rows are its own. It tells no facts of directories: the few that could be its own are asked for. Podman tells no owner
 * then either, so that a directory above a mount counts as its own whoever has it.
 */
export async function ownRows(
  session: HostSession,
  container: ContainerDetails,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<ReadonlySet<BytePath>> {
  const own = new Set<BytePath>()
  if (changes.length === 0) return own
  const engine = await session.engine()
  const made = await madeThroughEngine(session, container, signal)
  const isRuntime = runtimePaths(made)
  const covered = new Set(made.mountPoints)
  const candidates = changes.filter(isRuntime)
  for (const some of inBatches(candidates, askedAtOnce)) {
    const decided = some.map(async (change) => {
      const isAsked = isUndecided(change) && !covered.has(change.path) && !made.links.has(change.path)
      const facts = isAsked ? await factsOf(engine, container.id, change.path, signal) : {}
      if (isRuntime({ ...change, ...facts })) own.add(change.path)
    })
    await Promise.all(decided)
  }
  if (!engine.tellsTouchedDirectories) return own
  const touched = await unlessFailed(touchedOnly(engine, container, changes, made, signal))
  for (const path of touched ?? []) own.add(path)
  return own
}

/** Nothing where the engine does not say. */
async function factsOf(
  engine: Engine,
  containerId: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<Partial<Change>> {
  const found = await unlessFailed(engine.archivedPath(containerId, path, signal))
  if (found === undefined) return {}
  await found.close()
  const { type, mode, uid, gid } = found
  return { type, mode, ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) }
}

/**
 * Directories that are told as modified because the engine made something in them which it does not tell. They are as in the image but for that,
 * which the archives of both roots say: such a directory stands near their beginning.
 */
async function touchedOnly(
  engine: Engine,
  container: ContainerDetails,
  changes: readonly Change[],
  { mountPoints, links }: MadeByEngine,
  signal: AbortSignal,
): Promise<Set<BytePath>> {
  const holding = new Set([...mountPoints, ...links.keys()].map(parentOf))
  const told = changes.filter(
    ({ path, kind, type }) => kind === 'modified' && type === 'unknown' && holding.has(path),
  )
  if (told.length === 0) return new Set()
  const paths = told.map(({ path }) => path)
  const reader = await openImageReader(engine, container.imageId)
  try {
    const [now, then] = await Promise.all(
      [container.id, reader.containerId].map((id) => directoryFacts(engine, id, paths, signal)),
    )
    return new Set(paths.filter((path) => now?.get(path) !== undefined && now.get(path) === then?.get(path)))
  } finally {
    await reader.close()
  }
}

/** Mode and owner of directories, in words. */
async function directoryFacts(
  engine: Engine,
  containerId: string,
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<Map<BytePath, string>> {
  const facts = new Map<BytePath, string>()
  const wanted = new Set(paths)
  for await (const { header } of tarEntries(await engine.archive(containerId, rootPath, signal))) {
    const path = `/${header.name.replace(/^(?:\.?\/)+/, '').replace(/\/$/, '')}` as BytePath
    if (!wanted.delete(path)) continue
    facts.set(path, `${header.typeFlag} ${String(header.mode)} ${String(header.uid)}:${String(header.gid)}`)
    if (wanted.size === 0) break
  }
  return facts
}
