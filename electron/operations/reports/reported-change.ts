import type { OperationOutput } from '../../contract/contract'
import type { BytePath } from '../../core/base/byte-path'
import type { Change, MoveEvidence } from '../../core/changes/change'
import { changeValue, pathValue } from '../values/change-values'

/** What a report says before its changes: whose they are, who saw them and when. */
export interface ReportHead extends Omit<OperationOutput<'changes.list'>, 'changes'> {
  readonly container: string
  readonly image: string
  readonly host: string
  readonly engine: string
  /** ISO 8601. */
  readonly time: string
}

/** A change with what a second look may have found out about it. */
export interface ReportedChange extends Change {
  /** Made by the engine for every container; counted in no total. */
  readonly runtime?: boolean
  readonly lost?: { readonly entries: number; readonly bytes: number }
  readonly moved?: { readonly path: BytePath; readonly by: MoveEvidence }
}

/** Changes as they come; nothing (`undefined`) where the text may wait, which the report shows as an empty piece. */
export type ReportedChanges = Iterable<ReportedChange | undefined>

/** A change as reports show it: exact, with everything that is known of it. */
export function reportValue(change: ReportedChange) {
  const { runtime, lost, moved } = change
  const value: ReturnType<typeof changeValue> & Found = changeValue(change)
  if (runtime === true) value.runtime = true
  if (lost !== undefined) value.lost = lost
  if (moved !== undefined) value.moved = { ...pathValue(moved.path), by: moved.by }
  return value
}

/** What a second look adds to a change. */
interface Found {
  lost?: { readonly entries: number; readonly bytes: number }
  moved?: ReturnType<typeof pathValue> & { readonly by: MoveEvidence }
}
