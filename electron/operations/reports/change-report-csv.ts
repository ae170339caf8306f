import { stringify } from 'csv-stringify/sync'
import { reportValue, type ReportedChange, type ReportedChanges } from './reported-change'

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
]

/**
 * RFC 4180. A spreadsheet runs a field that begins with `=`, `+`, `-` or `@` as a formula; an apostrophe goes in front of it,
 * which programs that read the exact target of a link find in the JSON report instead.
 */
const options = { record_delimiter: '\r\n', escape_formulas: true, quoted_match: /[\r\n]/ } as const
/** Text that stands in a field as it is: neither to be quoted nor taken for a formula. */
const plain = /^[a-z0-9/._][^",\r\n]*$/i
/** Lines that are made at once: one by one they take four times as long. */
const atOnce = 64

/** Most lines are plain and are only joined: the library takes thirty times as long for them, half a minute for a million. */
export function* csvReport(changes: ReportedChanges): Generator<string> {
  yield stringify([columns], options)
  let others: unknown[][] = []
  for (const change of changes) {
    const cells = change === undefined ? undefined : line(change)
    const isPlain = cells?.every((cell) => typeof cell !== 'string' || plain.test(cell))
    if (cells !== undefined && isPlain === false) others.push(cells)
    if (isPlain === false && others.length < atOnce) continue
    const before = others.length === 0 ? '' : stringify(others, options)
    others = []
    yield cells !== undefined && isPlain === true ? `${before}${cells.join(',')}\r\n` : before
  }
  yield stringify(others, options)
}

/** In the order of the columns. An array and no object: a million of those, spread and picked apart, took most of the time. */
function line(change: ReportedChange): unknown[] {
  const value = reportValue(change)
  return [
    ...[value.path, value.pathBytes, value.kind, value.type, value.size],
    ...[change.mode?.toString(8).padStart(4, '0'), value.uid, value.gid, value.modifiedAt, value.linkTarget],
    ...[value.aspects?.join(' '), value.lost?.entries, value.lost?.bytes],
    ...[value.moved?.path, value.moved?.by, change.runtime?.toString()],
  ]
}
