import { rootPath, type BytePath } from '../../core/base/byte-path'
import type { FileType, Lens } from '../../core/changes/change'
import { failed, isFailure } from '../../core/base/failure'
import { tarFileType } from '../../core/files/tar-header'
import type { Engine } from '../../engine/engine'
import { tarEntries } from '../../engine/tar/tar-entries'
import { lostEntries } from '../../hostfs/stack/lost-entries'
import type { HostSession } from '../host/host-session'
import { openLowerReader } from '../images/compared-image'
import type { ComparedPath } from './both-versions'
import { bytesOf } from '../../hostfs/host/host-files'

/** One entry that was lost with a directory. */
export interface LostPath {
  /** From the directory on: `/a/b`. */
  readonly path: string
  readonly type: FileType
  readonly mode: number
  readonly size: number
  /** The same for all names of one file; may be empty where it has no other. */
  readonly inode: string
}

const besideAnother =
  "What was lost beside another image than the container's own is found out through the engine alone."

/**
 * What was lost with a directory that a container deleted or replaced, in the order of the paths; through the lens that is asked for, or on the host
 * where its files can be read and else through the engine.
 * @throws FailureError `not-found` where nothing was lost there, `lens-unavailable`
 */
export async function lostPaths(
  session: HostSession,
  compared: ComparedPath,
  lens: Lens | undefined,
  signal: AbortSignal,
): Promise<readonly LostPath[]> {
  const { container, path, against } = compared
  if (path === rootPath)
    throw failed(
      'not-found',
      'The root directory itself is never deleted or replaced, so nothing was lost with it. What was deleted in it is listed by itself.',
    )
  if (lens === 'engine') return await throughEngine(session, compared, signal)
  if (against !== undefined) {
    if (lens === 'host') throw failed('lens-unavailable', besideAnother)
    return await throughEngine(session, compared, signal)
  }
  const files = await session.filesOf(container, signal)
  if (!files.works) {
    if (lens === 'host') throw failed('lens-unavailable', `The host lens cannot be used: ${files.reason}`)
    return await throughEngine(session, compared, signal)
  }
  const { upper, lower } = files.directories
  try {
    return await lostEntries(files.files, bytesOf(upper), lower.map(bytesOf), path, signal)
  } catch (error) {
    if (lens === 'host' || !isFailure(error, 'command-failed')) throw error
    return await throughEngine(session, compared, signal)
  }
}

async function throughEngine(
  session: HostSession,
  { container, path, against }: ComparedPath,
  signal: AbortSignal,
): Promise<readonly LostPath[]> {
  const engine = await session.engine(signal)
  const reader = await openLowerReader(engine, container, against, signal)
  try {
    signal.throwIfAborted()
    const below = await archivedBelow(engine, reader.containerId, path, signal)
    if (below === undefined)
      throw failed('not-found', 'The image has no directory at this path, so nothing was lost with it.')
    const kept = new Set(
      (await archivedBelow(engine, container.id, path, signal))?.map((entry) => entry.path),
    )
    return below.filter((entry) => !kept.has(entry.path)).sort((a, b) => (a.path < b.path ? -1 : 1))
  } finally {
    await reader.close()
  }
}

/** Everything below a directory as the engine archives it; nothing where there is no directory. Sockets are in no archive. */
async function archivedBelow(
  engine: Engine,
  containerId: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<LostPath[] | undefined> {
  let archive: AsyncIterable<Buffer>
  try {
    archive = await engine.archive(containerId, path, signal)
  } catch (error) {
    if (isFailure(error, 'not-found')) return undefined
    throw error
  }
  const entries: LostPath[] = []
  const files = new Map<string, LostPath>()
  let top: string | undefined
  for await (const { header } of tarEntries(archive)) {
    const name = header.name.replace(/\/$/, '')
    if (top === undefined) {
      if (header.typeFlag !== '5') return undefined
      top = name
      continue
    }
    const { mode, size, linkName } = header
    const [path, type] = [name.slice(top.length), tarFileType(header)]
    if (type !== undefined) {
      const own = { path, type, mode, size: type === 'symlink' ? linkName.length : size, inode: name }
      files.set(name, own)
      entries.push(own)
      continue
    }
    // Another name of a file that came before.
    const first = files.get(linkName)
    if (first !== undefined) entries.push({ ...first, path })
  }
  return entries
}
