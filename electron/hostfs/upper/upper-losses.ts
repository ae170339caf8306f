import { rootPath, type BytePath } from '../../core/base/byte-path'
import { inBatches } from '../../core/base/in-batches'
import { isCompared } from '../../core/changes/path-facts'
import type { OverlayDirectories } from '../../core/containers/container'
import type { LossReason } from '../../core/snapshots/snapshot-loss'
import { attributesAt } from '../attributes/attributes-at'
import { leadsOnly } from './change-of-entry'
import { bytesOf, hostPath, type HostFiles } from '../host/host-files'
import { shownAttributes } from '../attributes/shown-attributes'
import { statPaths } from '../lookups/stat-paths'
import { upperEntries } from './upper-entries'
import type { UpperEntry } from './upper-entry'

/** PATH_MAX without its zero byte (limits.h): the longest path that an engine can name on the host, its own directory in front. */
const longestPath = 4095

/** Entries whose attributes are looked at: 50,000 cost about a second. */
const mostAttributes = 50_000
const batch = 10_000

/** What an engine keeps of a container in an image. */
export interface KeptByEngine {
  /** An extended attribute, by its name. */
  readonly attribute: (name: string) => boolean
  /** What becomes of an owner as the container sees it, where it is not kept. */
  readonly owner: (uid: number, gid: number) => LossReason | undefined
}

/**
 * What of an upper layer an engine is known not to keep in an image, by the reason.
 * @throws FailureError `command-failed` or `cancelled`
 */
export async function* upperLosses(
  host: HostFiles,
  { upper, lower }: OverlayDirectories,
  keeps: KeptByEngine,
  signal: AbortSignal,
): AsyncGenerator<{ readonly reason: LossReason; readonly path: BytePath }> {
  const place = bytesOf(upper)
  // The listing is read to its end first: a host may run no more than one command at once.
  const asked: BytePath[] = []
  let root: UpperEntry | undefined
  for await (const entries of upperEntries(host, upper, signal)) {
    for (const entry of entries) {
      const { path, type, modifiedAt, uid, gid } = entry
      if (path === rootPath) root = entry
      if (asked.length < mostAttributes) asked.push(path)
      if (type === 'socket') yield { reason: 'socket', path }
      if (modifiedAt < 0 && type !== 'directory') yield { reason: 'time-before-1970', path }
      if (place.length + path.length > longestPath) yield { reason: 'path-too-long', path }
      const owner = path === rootPath || isOverlayMark(entry) ? undefined : keeps.owner(uid, gid)
      if (owner !== undefined) yield { reason: owner, path }
    }
  }
  if (root !== undefined && (await isOther(host, root, lower[0], signal)))
    yield { reason: 'root', path: rootPath }
  if (!host.tools.getfattr) return
  for (const paths of inBatches(asked, batch)) {
    const places = new Map(paths.map((path) => [hostPath(place, path), path]))
    for (const [at, attributes] of await attributesAt(host, [...places.keys()], signal)) {
      const path = places.get(at)
      const names = [...shownAttributes(host, at, attributes).keys()]
      const isLost = names.some((name) => isCompared(name) && !keeps.attribute(name))
      if (path !== undefined && isLost) yield { reason: 'attributes', path }
    }
  }
}

/** A whiteout is a character device; a real one among the changes is rare, and not worth a look at its numbers here. */
function isOverlayMark({ type, isWhiteout }: UpperEntry): boolean {
  return isWhiteout === true || type === 'character-device'
}

/** An image cannot say what its root is like: a container's is as the engine makes it. */
async function isOther(
  host: HostFiles,
  root: UpperEntry,
  below: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const place = bytesOf(below ?? '')
  const stat = (await statPaths(host, [place], signal)).get(place)
  return stat !== undefined && !leadsOnly(root, stat)
}
