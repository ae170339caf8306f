import type { BytePath } from '../core/byte-path'
import { aspectBit, type AspectBits, type Change } from '../core/change'
import { sameTime } from './file-time'
import type { HostStat } from './stat-paths'
import type { UpperEntry } from './upper-entry'

/** What is there now, as far as a change tells it. */
export type PresentEntry = Pick<
  UpperEntry,
  'path' | 'type' | 'mode' | 'uid' | 'gid' | 'size' | 'modifiedAt' | 'time' | 'linkTarget'
>

/** What must be looked at besides the facts of both versions. */
export interface Comparison {
  /** Where the link of the lower version leads. */
  readonly lowerTarget?: string | undefined
  /** Numbers of the device that is there now. */
  readonly device?: string | undefined
  /** Both versions have one content for sure. */
  readonly sameContent: boolean
}

const bits = {
  type: aspectBit('type'),
  content: aspectBit('content'),
  mode: aspectBit('mode'),
  owner: aspectBit('owner'),
  time: aspectBit('time'),
  linkTarget: aspectBit('link-target'),
}

/** A path that is there, and was not before. */
export function addedEntry(entry: PresentEntry, countedElsewhere: boolean): Change {
  return present(entry, 'added', countedElsewhere)
}

/** A path that is there and was before, with what about it differs. */
export function modifiedEntry(
  entry: PresentEntry,
  below: HostStat,
  comparison: Comparison,
  countedElsewhere: boolean,
): Change {
  const aspects = aspectsOfCopy(entry, below, comparison)
  const change = { ...present(entry, 'modified', countedElsewhere), aspects }
  const isUnsure =
    entry.type === 'file' &&
    below.type === 'file' &&
    entry.size === below.size &&
    entry.size > 0 &&
    !comparison.sameContent
  return isUnsure ? { ...change, contentUnsure: true } : change
}

/** A path that is not there any more, by the facts of its lower version. */
export function deletedEntry(path: BytePath, below: HostStat): Change {
  const { type, mode, uid, gid, modifiedAt } = below
  const sized = type === 'file' || type === 'symlink'
  return { path, kind: 'deleted', type, mode, uid, gid, modifiedAt, ...(sized ? { size: below.size } : {}) }
}

/** Whether a directory is in the upper layer only because something below it changed; its time changes with that. */
export function leadsOnly(entry: PresentEntry, below: HostStat): boolean {
  return (
    entry.type === 'directory' &&
    below.type === 'directory' &&
    entry.mode === below.mode &&
    entry.uid === below.uid &&
    entry.gid === below.gid
  )
}

function present(entry: PresentEntry, kind: 'added' | 'modified', countedElsewhere: boolean): Change {
  const { path, type, size, mode, uid, gid, modifiedAt, linkTarget } = entry
  switch (type) {
    case 'file':
      return countedElsewhere
        ? { path, kind, type, size, mode, uid, gid, modifiedAt, countedElsewhere }
        : { path, kind, type, size, mode, uid, gid, modifiedAt }
    case 'symlink':
      return { path, kind, type, size, mode, uid, gid, modifiedAt, linkTarget }
    default:
      return { path, kind, type, mode, uid, gid, modifiedAt }
  }
}

/**
 * What differs between an entry of an upper layer and the file that it was copied up from. It is a row whatever differs, so that all that can be
 * known is told: times to the nanosecond, which a copy keeps, and those of directories. Of a link no mode counts, nor of what became one.
 */
function aspectsOfCopy(
  entry: PresentEntry,
  below: HostStat,
  { lowerTarget, device, sameContent }: Comparison,
): AspectBits {
  let aspects = 0
  if (entry.type !== below.type) aspects |= bits.type
  else if (entry.type === 'file') {
    if (entry.size !== below.size && !sameContent) aspects |= bits.content
  } else if (entry.type === 'symlink') {
    if (lowerTarget !== undefined && lowerTarget !== entry.linkTarget) aspects |= bits.linkTarget
  } else if (device !== undefined && device !== below.device) aspects |= bits.content
  // The mode of a link is never used: symlink(7).
  if (entry.mode !== below.mode && entry.type !== 'symlink' && below.type !== 'symlink') aspects |= bits.mode
  if (entry.uid !== below.uid || entry.gid !== below.gid) aspects |= bits.owner
  if (!sameTime(entry.time, below.time)) aspects |= bits.time
  return aspects
}
