import { csvReport } from './change-report-csv'
import { markdownReport } from './change-report-markdown'
import { reportValue, type ReportHead, type ReportedChanges } from './reported-change'

export type ReportFormat = 'json' | 'csv' | 'markdown'

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
