import { parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import type { Lens } from '../../core/changes/change'
import type { ContainerState } from '../../core/containers/container'
import { failed, isFailure } from '../../core/base/failure'
import type { ContainerDetails } from '../../engine/engine'
import { bytesOf, type HostFiles } from '../../hostfs/host/host-files'
import { heldPath, type HeldPath } from '../../hostfs/lookups/held-path'
import { isOwnUpper, ownEntry, type OwnEntry } from '../../hostfs/upper/remove-from-upper'
import { allDone } from '../base/all-settled'
import { containerTools, type ContainerTools } from '../containers/container-tools'
import type { ContainerFiles, HostSession } from '../host/host-session'
import { placedMounts } from '../mounts/mount-places'
import { openContent, type ContentPlace, type PathContent } from '../content/path-content'

/** One version of a path, as far as the lens tells. */
export type VersionFacts = Pick<PathContent, 'type' | 'size' | 'mode' | 'uid' | 'gid' | 'modifiedAt'>

/** How the host's own files stand to a path; `own` is what the container's layer has there. */
export type HostView =
  | {
      readonly works: true
      readonly files: HostFiles
      readonly upper: string
      readonly own: OwnEntry
      /** What keeps the path from being changed, whoever tries; absent where nothing does. */
      readonly held?: HeldPath
    }
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

/**
 * Finds out what there is to know, through the host's files where they can be read; side by side, since each question waits for
 * the line. Whether a command could be used is asked last, and only where one is needed.
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
  const files = await session.filesOf(container, signal)
  const [upper, lower, host, parent, placed] = await allDone([
    versionOf(session, { container, path, side: 'upper', files }, signal),
    versionOf(session, { container, path, side: 'lower', files }, signal),
    hostView(session, files, path, signal),
    parentState(session, { container, path, files }, signal),
    placedMounts(session, container, files, signal),
  ])
  const versions = { upper: upper.facts, lower: lower.facts }
  const tools =
    container.state === 'running' && needsCommand({ ...versions, host })
      ? await containerTools(await session.engine(signal), container.id, signal)
      : undefined
  return {
    path,
    state: container.state,
    readOnly: container.readOnly,
    ...versions,
    host,
    parent,
    mounts: [...placed.map(({ place }) => place), ...(tools?.mounts ?? [])],
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
  place: ContentPlace,
  signal: AbortSignal,
): Promise<{ through: Lens; facts: VersionFacts | undefined }> {
  const { through, found } = await openContent(session, place, { offset: 0, length: 0 }, undefined, signal)
  await found?.close()
  return { through, facts: found }
}

async function hostView(
  session: HostSession,
  found: ContainerFiles,
  path: BytePath,
  signal: AbortSignal,
): Promise<HostView> {
  if (!found.works) return found
  const upper = bytesOf(found.directories.upper)
  if (!(await session.description(signal)).nativeDiff || !isOwnUpper(found.files, upper))
    return { works: false, reason: "The container's layer is of a kind that is not changed on the host." }
  try {
    const [own, held] = await allDone([
      ownEntry(found.files, upper, path, signal),
      path === rootPath ? Promise.resolve(undefined) : heldPath(found.files, upper, path, signal),
    ])
    return { works: true, files: found.files, upper, own, ...(held === undefined ? {} : { held }) }
  } catch (error) {
    if (!isFailure(error, 'command-failed')) throw error
    return { works: false, reason: error.failure.message }
  }
}

/** Directories above a path that are looked at side by side: a container can make thousands. */
const mostAtOnce = 8

/**
 * The host follows no link on the way to a path, so that one look is enough. The engine follows them, inside the container, and
 * would write where they lead to: there each directory on the way is looked at.
 */
async function parentState(
  session: HostSession,
  { path, ...where }: Omit<ContentPlace, 'side'>,
  signal: AbortSignal,
): Promise<UndoFacts['parent']> {
  const above: BytePath[] = []
  for (let at = parentOf(path); at !== rootPath; at = parentOf(at)) above.unshift(at)
  const look = (directory: BytePath) =>
    versionOf(session, { ...where, path: directory, side: 'upper' }, signal)
  const nearest = above.at(-1)
  if (nearest === undefined) return 'directory'
  if (where.files?.works === true) {
    const { through, facts } = await look(nearest)
    if (through === 'host') return stateOf(facts)
  }
  for (let from = 0; from < above.length; from += mostAtOnce) {
    // Below what is no directory any answer may come, and none counts.
    for (const seen of await Promise.allSettled(above.slice(from, from + mostAtOnce).map(look))) {
      if (seen.status === 'rejected') throw seen.reason
      const state = stateOf(seen.value.facts)
      if (state !== 'directory') return state
    }
  }
  return 'directory'
}

function stateOf(facts: VersionFacts | undefined): UndoFacts['parent'] {
  if (facts === undefined) return 'missing'
  return facts.type === 'directory' ? 'directory' : 'other'
}
