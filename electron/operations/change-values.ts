import { isUtf8 } from 'node:buffer'
import type { OperationOutput } from '../contract/contract'
import type { BytePath } from '../core/byte-path'
import type { Change, ChangeWarning } from '../core/change'
import { displayName } from '../core/display-name'

type ChangeValue = OperationOutput<'changes.list'>['changes'][number]
type WarningValue = OperationOutput<'changes.list'>['warnings'][number]

/** A path for the outside: text, and its exact bytes where they are not UTF-8. */
export function pathValue(path: BytePath): { path: string; pathBytes?: string } {
  const bytes = Buffer.from(path, 'latin1')
  return isUtf8(bytes)
    ? { path: bytes.toString('utf8') }
    : { path: bytes.toString('utf8'), pathBytes: bytes.toString('base64') }
}

/** Bytes as text that is safe to draw. */
export function shownText(bytes: string): string {
  return displayName(Buffer.from(bytes, 'latin1').toString('utf8'))
}

/** A change as the contract shows it: exact, for programs. */
export function changeValue(change: Change): ChangeValue {
  return { ...pathValue(change.path), kind: change.kind, type: change.type, ...factsOf(change) }
}

/** The facts that a lens found out, times as ISO 8601. */
export function factsOf(change: Change): Omit<ChangeValue, 'path' | 'pathBytes' | 'kind' | 'type'> {
  const { size, mode, uid, gid, modifiedAt, linkTarget } = change
  return {
    ...(size === undefined ? {} : { size }),
    ...(mode === undefined ? {} : { mode }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(modifiedAt === undefined ? {} : { modifiedAt: isoTime(modifiedAt) }),
    ...(linkTarget === undefined ? {} : { linkTarget: Buffer.from(linkTarget, 'latin1').toString('utf8') }),
  }
}

export function warningValue({ kind, path, deletes }: ChangeWarning): WarningValue {
  return { kind, path: shownText(path), deletes: shownText(deletes) }
}

/** A file may carry a time that no calendar has; the nearest one that can be written is shown. */
function isoTime(milliseconds: number): string {
  const furthest = 8.64e15
  return new Date(Math.min(Math.max(milliseconds, -furthest), furthest)).toISOString()
}
