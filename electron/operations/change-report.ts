import type { OperationOutput } from '../contract/contract'
import type { Change } from '../core/change'
import { changeValue } from './change-values'
import { csvReport } from './change-report-csv'
import { markdownReport } from './change-report-markdown'

export const reportFormats = ['json', 'csv', 'markdown'] as const
export type ReportFormat = (typeof reportFormats)[number]

/** What a report says before its changes: whose they are, who saw them and when. */
export interface ReportHead extends Omit<OperationOutput<'changes.list'>, 'changes'> {
  readonly container: string
  readonly image: string
  readonly host: string
  readonly engine: string
  /** ISO 8601. */
  readonly time: string
}

/** The text of a report in pieces, so that a long one never stands in memory whole. */
export function changeReport(
  format: ReportFormat,
  head: ReportHead,
  changes: Iterable<Change>,
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

/** The shape of `changes.list`, one change a line. */
function* jsonReport(head: ReportHead, changes: Iterable<Change>): Generator<string> {
  const { lens, reason, totals, warnings } = head
  yield `${JSON.stringify({ lens, reason, totals, warnings }).slice(0, -1)},"changes":[`
  let between = '\n'
  for (const change of changes) {
    yield between + JSON.stringify(changeValue(change))
    between = ',\n'
  }
  yield '\n]}\n'
}
