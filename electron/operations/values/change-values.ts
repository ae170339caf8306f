import { isUtf8 } from 'node:buffer'
import type { OperationOutput } from '../../contract/contract'
import { nameOf, rootPath, writtenPath, type BytePath } from '../../core/base/byte-path'
import { aspectsIn, type Change, type ChangeWarning } from '../../core/changes/change'
import { displayName } from '../../core/base/display-name'
import type { Verification } from '../../session/snapshots/verify-snapshot'

type ChangeValue = OperationOutput<'changes.list'>['changes'][number]
type Facts = Omit<ChangeValue, 'path' | 'pathBytes' | 'kind' | 'type' | 'runtime'>
type WarningValue = OperationOutput<'changes.list'>['warnings'][number]

/** Most paths are; their bytes are their text. */
const ascii = /^\p{ASCII}*$/u

/** A path for the outside: text, and its exact bytes where they are not UTF-8. */
export function pathValue(path: BytePath): { path: string; pathBytes?: string } {
  if (ascii.test(path)) return { path: writtenPath(path) }
  const bytes = Buffer.from(path, 'latin1')
  return isUtf8(bytes)
    ? { path: bytes.toString('utf8') }
    : { path: bytes.toString('utf8'), pathBytes: bytes.toString('base64') }
}

/** Bytes as text that is safe to draw. */
export function shownText(bytes: string): string {
  return displayName(Buffer.from(bytes, 'latin1').toString('utf8'))
}

/** A path's name as it is drawn; the root's is a slash. */
export function shownName(path: BytePath): string {
  return path === rootPath ? '/' : shownText(nameOf(path))
}

/**
 * A path as it is drawn, with its exact bytes where what is drawn does not tell them: a name that would act on the display is
 * shown by its codes.
 */
export function shownPath(path: BytePath): { path: string; pathBytes?: string } {
  const [exact, shown] = [pathValue(path), shownText(writtenPath(path))]
  if (exact.path === shown) return exact
  return { path: shown, pathBytes: Buffer.from(path, 'latin1').toString('base64') }
}

/** A change as the contract shows it: exact, for programs. */
export function changeValue(change: Change): ChangeValue {
  const { path, pathBytes } = pathValue(change.path)
  const value: ChangeValue = { path, kind: change.kind, type: change.type }
  if (pathBytes !== undefined) value.pathBytes = pathBytes
  return addFacts(value, change)
}

/**
 * Adds the facts that a lens found out, times as ISO 8601. Assigned one by one: this runs for every path of a
 * listing, and spreading conditional objects took most of its time.
 */
export function addFacts<Value extends Facts>(value: Value, change: Change): Value {
  if (change.size !== undefined) value.size = change.size
  if (change.mode !== undefined) value.mode = change.mode
  if (change.uid !== undefined) value.uid = change.uid
  if (change.gid !== undefined) value.gid = change.gid
  if (change.modifiedAt !== undefined) value.modifiedAt = isoTime(change.modifiedAt)
  if (change.linkTarget !== undefined)
    value.linkTarget = Buffer.from(change.linkTarget, 'latin1').toString('utf8')
  if (change.aspects !== undefined) value.aspects = aspectsIn(change.aspects)
  if (change.contentUnsure !== undefined) value.contentUnsure = change.contentUnsure
  return value
}

export function warningValue({ kind, path, deletes }: ChangeWarning): WarningValue {
  return { kind, path: shownText(path), deletes: shownText(deletes) }
}

type VerifiedValue = OperationOutput<'snapshots.commit'>['verified']

/** Paths of a kind that are told; a container that differs in more differs as a whole. */
const mostPaths = 1000

export function verificationValue(verification: Verification): VerifiedValue {
  const { entries, missing, extra, different, changedMeanwhile, notCompared, through } = verification
  const paths = (changes: readonly Change[]) => changes.slice(0, mostPaths).map(({ path }) => pathValue(path))
  return {
    entries,
    missing: paths(missing),
    extra: paths(extra),
    different: different
      .slice(0, mostPaths)
      .map(({ path, aspects = 0 }) => ({ ...pathValue(path), aspects: aspectsIn(aspects) })),
    counts: { missing: missing.length, extra: extra.length, different: different.length },
    changedMeanwhile,
    notCompared: [...notCompared],
    through,
  }
}

/** The furthest time that a calendar has, in milliseconds from 1970 (ECMA-262, time values). */
const furthest = 8.64e15
let lastSecond = NaN
let lastText = ''

/**
 * ISO 8601. A file may carry a time that no calendar has; the nearest one that can be written is shown. Files written together
 * share their second, so the last one is remembered: writing times out was a third of a large listing's work.
 */
export function isoTime(milliseconds: number): string {
  const time = Math.min(Math.max(milliseconds, -furthest), furthest)
  const second = Math.floor(time / 1000)
  if (second !== lastSecond) {
    lastSecond = second
    lastText = new Date(second * 1000).toISOString().slice(0, -'000Z'.length)
  }
  return `${lastText}${String(time - second * 1000).padStart(3, '0')}Z`
}
