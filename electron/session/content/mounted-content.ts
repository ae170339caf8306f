import { nameOf, parentOf, type BytePath } from '../../core/base/byte-path'
import type { ContainerMount, EngineMount } from '../../core/containers/container'
import { openPath } from '../../hostfs/content/open-path'
import type { ContainerFiles, HostSession } from '../host/host-session'
import { asPath, mountOver, placedMounts } from '../mounts/mount-places'
import { openContent, type ContentPlace, type ContentRange, type FoundContent } from './path-content'
import { unlessFailed } from '../base/unless-failed'

/** What is mounted where a path is. The container sees that, and no layer holds it. */
export type MountThere = ContainerMount | EngineMount

/**
 * The mount that a path of a container is in, if it hides the layers' version: one that was asked for, or a file of the engine's. What the
 * kernel shows has no content to read.
 */
export async function mountThere(
  session: HostSession,
  { container, path, side }: ContentPlace,
  files: ContainerFiles,
  signal: AbortSignal,
): Promise<MountThere | undefined> {
  if (side === 'lower') return undefined
  const placed = await unlessFailed(placedMounts(session, container, files, signal))
  const mount = mountOver(path, placed ?? [])?.mount
  return mount?.type === 'system' ? undefined : mount
}

/**
 * Opens what the container sees at a path that something is mounted over: the file that the engine keeps for it on the host, and anything else
 * through the engine's archive.
 */
export async function openMounted(
  session: HostSession,
  place: ContentPlace,
  mount: MountThere,
  range: ContentRange,
  files: ContainerFiles,
  signal: AbortSignal,
): Promise<FoundContent> {
  const kept = await openKept(mount, range, files, signal)
  return kept ?? (await openContent(session, place, range, 'engine', signal))
}

/** An engine that is asked for a file of its own in a stopped container shows the place in the layers, or puts one there. */
async function openKept(
  mount: MountThere,
  range: ContentRange,
  files: ContainerFiles,
  signal: AbortSignal,
): Promise<FoundContent | undefined> {
  if (mount.type !== 'file' || mount.source === undefined || !files.works) return undefined
  const source = asPath(mount.source)
  const name = `/${nameOf(source)}` as BytePath
  const opened = await unlessFailed(openPath(files.files, parentOf(source), name, range, signal))
  if (opened?.stat.type !== 'file') {
    await opened?.close()
    return undefined
  }
  const { stat, content, close } = opened
  return { through: 'host', found: { ...stat, content, close } }
}
