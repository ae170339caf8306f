import type { OperationOutput } from '../contract/contract'
import type { BytePath } from '../core/byte-path'
import type { Change, MoveEvidence } from '../core/change'
import { changeValue, pathValue } from './change-values'
import { csvReport } from './change-report-csv'
import { markdownReport } from './change-report-markdown'

export type ReportFormat = 'json' | 'csv' | 'markdown'

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

/** The text of a report in pieces, so that a long one never stands in memory whole. */
export function changeReport(
  format: ReportFormat,
  head: ReportHead,
  changes: ReportedChanges,
): Iterable<string> {
  switch (format) {
    case 'json':
      return jsonReport(head, changes)
    case 'csv':
      return csvReport(changes)
    case 'markdown':
      return markdownReport(head, changes)
  }
}

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

/** The head, then one change a line. */
function* jsonReport(head: ReportHead, changes: ReportedChanges): Generator<string> {
  const { container, image, host, engine, time, lens, reason, totals, warnings } = head
  const first = { container, image, host, engine, time, lens, reason, totals, warnings }
  yield `${JSON.stringify(first).slice(0, -1)},"changes":[`
  let between = '\n'
  for (const change of changes) {
    yield change === undefined ? '' : between + JSON.stringify(reportValue(change))
    if (change !== undefined) between = ',\n'
  }
  yield '\n]}\n'
}
