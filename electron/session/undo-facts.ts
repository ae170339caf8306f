import { parentOf, rootPath, type BytePath } from '../core/byte-path'
import type { FileType, Lens } from '../core/change'
import type { ContainerState } from '../core/container'
import { failed, isFailure } from '../core/failure'
import type { ContainerDetails } from '../engine/engine'
import { bytesOf, type HostFiles } from '../hostfs/host-files'
import { isOwnUpper, ownEntry, type OwnEntry } from '../hostfs/undo-in-upper'
import { containerTools, type ContainerTools } from './container-tools'
import type { HostSession } from './host-session'
import { openContent, type ContentSide, type PathContent } from './path-content'

/** One version of a path, as far as the lens tells. */
export type VersionFacts = Pick<PathContent, 'type' | 'size' | 'mode' | 'uid' | 'gid' | 'modifiedAt'>

/** How the host's own files stand to a path; `own` is what the container's layer has there. */
export type HostView =
  | { readonly works: true; readonly files: HostFiles; readonly upper: string; readonly own: OwnEntry }
  | { readonly works: false; readonly reason: string }

/** What is known of a path before it is decided what undoing its change would be. */
export interface UndoFacts {
  readonly path: BytePath
  readonly state: ContainerState
  /** The container's layer cannot be written to through the engine. */
  readonly readOnly: boolean
  readonly upper: VersionFacts | undefined
  readonly lower: VersionFacts | undefined
  readonly host: HostView
  /** What the directory is that the path is in; `other` where a link or something else is in its place. */
  readonly parent: 'directory' | 'missing' | 'other'
  /** Where something is mounted in the container, as bytes. */
  readonly mounts: readonly string[]
  /** What a command in the container could use; absent where none can be run, or none is needed. */
  readonly tools?: ContainerTools
}

/** PATH_MAX, the longest path that Linux takes, with its zero byte. */
const longestPath = 4096

/** Where an engine mounts files of its own into every container (OCI runtime-spec, config-linux.md; moby, networking). */
const engineMounts = ['/dev', '/proc', '/sys', '/etc/hosts', '/etc/hostname', '/etc/resolv.conf']

/**
 * Finds out what there is to know, through the host's files where they can be read.
 * @throws FailureError `command-failed` for a path that is too long below the engine's own directories, and what `openContent` throws
 */
export async function undoFacts(
  session: HostSession,
  container: ContainerDetails,
  path: BytePath,
  signal: AbortSignal,
): Promise<UndoFacts> {
  if (bytesOf(container.directories?.merged ?? '').length + path.length >= longestPath)
    throw failed(
      'command-failed',
      "Below the engine's own directories the path is too long to be looked at.",
      'Undo the change of a directory above it.',
    )
  const upper = await versionOf(session, container, path, 'upper', signal)
  const lower = await versionOf(session, container, path, 'lower', signal)
  const versions = { upper: upper.facts, lower: lower.facts }
  const host = await hostView(session, container, path, signal)
  const tools =
    container.state === 'running' && needsCommand({ ...versions, host })
      ? await containerTools(await session.engine(), container.id, signal)
      : undefined
  const mounts = [
    ...container.mounts.map(({ destination }) => destination),
    ...container.inMemory,
    ...engineMounts,
  ]
  return {
    path,
    state: container.state,
    readOnly: container.readOnly,
    ...versions,
    host,
    parent: await parentState(session, container, path, upper.through, signal),
    mounts: [...mounts.map(bytesOf), ...(tools?.mounts ?? [])],
    ...(tools === undefined ? {} : { tools }),
  }
}

/** Two directories, of which nothing of the lower one is to be seen in the upper one; only the host tells. */
export function isReplacedDirectory({
  upper,
  lower,
  host,
}: Pick<UndoFacts, 'upper' | 'lower' | 'host'>): boolean {
  if (upper?.type !== 'directory' || lower?.type !== 'directory' || !host.works) return false
  return host.own.stat !== undefined && (host.own.isOpaque || host.own.isHidden)
}

/** The engine can put things into a container and not take them out. */
function needsCommand(facts: Pick<UndoFacts, 'upper' | 'lower' | 'host'>): boolean {
  return facts.upper !== undefined && (facts.lower === undefined || isReplacedDirectory(facts))
}

/** What one version of a path is, without its content. */
export async function versionOf(
  session: HostSession,
  container: ContainerDetails,
  path: BytePath,
  side: ContentSide,
  signal: AbortSignal,
): Promise<{ through: Lens; facts: VersionFacts | undefined }> {
  const place = { container, path, side }
  const { through, found } = await openContent(session, place, { offset: 0, length: 0 }, undefined, signal)
  await found?.close()
  return { through, facts: found }
}

async function hostView(
  session: HostSession,
  container: ContainerDetails,
  path: BytePath,
  signal: AbortSignal,
): Promise<HostView> {
  const found = await session.filesOf(container)
  if (!found.works) return found
  const upper = bytesOf(found.directories.upper)
  if (!(await session.description()).nativeDiff || !isOwnUpper(found.files, upper))
    return { works: false, reason: "The container's layer is of a kind that is not changed on the host." }
  try {
    return { works: true, files: found.files, upper, own: await ownEntry(found.files, upper, path, signal) }
  } catch (error) {
    if (!isFailure(error, 'command-failed')) throw error
    return { works: false, reason: error.failure.message }
  }
}

/**
 * The host follows no link on the way to a path, so that one look is enough. The engine follows them, inside the container, and
 * would write where they lead to: there each directory on the way is looked at.
 */
async function parentState(
  session: HostSession,
  container: ContainerDetails,
  path: BytePath,
  through: Lens,
  signal: AbortSignal,
): Promise<UndoFacts['parent']> {
  const above: BytePath[] = []
  for (let at = parentOf(path); at !== rootPath; at = parentOf(at)) above.unshift(at)
  for (const directory of through === 'host' ? above.slice(-1) : above) {
    const type = await typeOf(session, container, directory, signal)
    if (type !== 'directory') return type === undefined ? 'missing' : 'other'
  }
  return 'directory'
}

async function typeOf(
  session: HostSession,
  container: ContainerDetails,
  path: BytePath,
  signal: AbortSignal,
): Promise<FileType | undefined> {
  return (await versionOf(session, container, path, 'upper', signal)).facts?.type
}
