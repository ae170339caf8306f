import { stringify } from 'csv-stringify/sync'
import type { Change } from '../core/change'
import { changeValue } from './change-values'

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
] as const

/**
 * RFC 4180. A spreadsheet runs a field that begins with `=`, `+`, `-` or `@` as a formula; an apostrophe goes in front of it,
 * which programs that read the exact target of a link find in the JSON report instead.
 */
const options = { record_delimiter: '\r\n', escape_formulas: true, quoted_match: /[\r\n]/ } as const

export function* csvReport(changes: Iterable<Change>): Generator<string> {
  yield stringify([[...columns]], options)
  for (const change of changes) {
    const value = { ...changeValue(change), mode: change.mode?.toString(8).padStart(4, '0') }
    yield stringify([columns.map((column) => value[column])], options)
  }
}
