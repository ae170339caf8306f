import { stringify } from 'csv-stringify/sync'
import { reportValue, type ReportedChange, type ReportedChanges } from './change-report'

const columns = [
  'path',
  'pathBytes',
  'kind',
  'type',
  'size',
  'mode',
  'uid',
  'gid',
  'modifiedAt',
  'linkTarget',
  'aspects',
  'lostEntries',
  'lostBytes',
  'movedPath',
  'movedBy',
  'runtime',
] as const

/**
 * RFC 4180. A spreadsheet runs a field that begins with `=`, `+`, `-` or `@` as a formula; an apostrophe goes in front of it,
 * which programs that read the exact target of a link find in the JSON report instead.
 */
const options = { record_delimiter: '\r\n', escape_formulas: true, quoted_match: /[\r\n]/ } as const
/** Lines that are made at once: one by one they take four times as long. */
const atOnce = 128

export function* csvReport(changes: ReportedChanges): Generator<string> {
  yield stringify([[...columns]], options)
  let lines: unknown[][] = []
  for (const change of changes) {
    if (change !== undefined) lines.push(line(change))
    if (lines.length < atOnce && change !== undefined) continue
    yield stringify(lines, options)
    lines = []
  }
  yield stringify(lines, options)
}

function line(change: ReportedChange): unknown[] {
  const { aspects, lost, moved, ...value } = reportValue(change)
  const cells = {
    ...value,
    mode: change.mode?.toString(8).padStart(4, '0'),
    aspects: aspects?.join(' '),
    lostEntries: lost?.entries,
    lostBytes: lost?.bytes,
    movedPath: moved?.path,
    movedBy: moved?.by,
    runtime: change.runtime?.toString(),
  }
  return columns.map((column) => cells[column])
}
