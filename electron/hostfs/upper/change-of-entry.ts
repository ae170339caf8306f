import type { BytePath } from '../../core/base/byte-path'
import { aspectBit, type Change } from '../../core/changes/change'
import { differences, type Rule, type VersionFacts } from '../../core/changes/version-difference'
import { sameTime, type FileTime } from '../commands/file-time'
import type { HostStat } from '../lookups/stat-paths'
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
  /** Whether both have the same extended attributes; absent where nothing was compared. */
  readonly sameAttributes?: boolean | undefined
}

/**
 * An entry of an upper layer beside the file that it was copied up from. It is a row whatever differs, so that all that can be known is told:
 * times to the nanosecond, which a copy keeps, and those of directories. Of a link no mode counts, nor of what became one.
 */
const besideLower: Rule<VersionFacts & { readonly time: FileTime }> = {
  isSameTime: (now, then) => sameTime(now.time, then.time),
  directoryTimes: true,
  linkModes: false,
  acrossTypes: ['mode', 'owner', 'time', 'attributes'],
}

const leading: Rule<VersionFacts & { readonly time: FileTime }> = { ...besideLower, directoryTimes: false }

const contentBit = aspectBit('content')

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
  const { lowerTarget, device, sameContent, sameAttributes } = comparison
  const { aspects, unseen } = differences(
    device === undefined ? entry : { ...entry, device },
    lowerTarget === undefined ? below : { ...below, linkTarget: lowerTarget },
    besideLower,
    { sameContent: sameContent ? true : undefined, sameAttributes },
  )
  const change = { ...present(entry, 'modified', countedElsewhere), aspects }
  const isUnsure = entry.type === 'file' && (unseen & contentBit) !== 0
  return isUnsure ? { ...change, contentUnsure: true } : change
}

/** A path that is not there any more, by the facts of its lower version. */
export function deletedEntry(path: BytePath, below: HostStat): Change {
  const { type, mode, uid, gid, modifiedAt } = below
  const sized = type === 'file' || type === 'symlink'
  return { path, kind: 'deleted', type, mode, uid, gid, modifiedAt, ...(sized ? { size: below.size } : {}) }
}

/**
 * Whether a directory is in the upper layer only because something below it changed, as far as its facts tell; its time changes with that.
 * Its attributes are still to be compared.
 */
export function leadsOnly(entry: PresentEntry, below: HostStat): boolean {
  return entry.type === 'directory' && differences(entry, below, leading).aspects === 0
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
