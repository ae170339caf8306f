import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytePath } from '../../../electron/core/base/byte-path'
import { changeKinds, fileTypes, type Change } from '../../../electron/core/changes/change'
import { changeReport, type ReportFormat } from '../../../electron/operations/reports/change-report'
import { changeValue } from '../../../electron/operations/values/change-values'
import { bytesWithout, few, hostile } from './hostile'

const name = fc
  .oneof(hostile('|\\`*_[]<>#\n\r,"=+-@\' ', 12), bytesWithout('\0', 12))
  .map((text) => text.replace(/[/\0]/g, ''))
  .filter((text) => text !== '')

const change = fc.record({
  path: fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => bytePath(`/${names.join('/')}`)),
  kind: fc.constantFrom(...changeKinds),
  type: fc.constantFrom(...fileTypes),
  size: fc.maxSafeNat(),
  mode: fc.nat(0o7777),
  uid: fc.nat(),
  gid: fc.nat(),
  modifiedAt: fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
  linkTarget: name,
})
const changes = fc.array(change, { maxLength: 5 })

function report(format: ReportFormat, all: readonly Change[]): string {
  const totals = { added: 0, modified: 0, deleted: 0, bytes: 0 }
  const head = { container: 'c', image: 'i', host: 'h', engine: 'e', lens: 'host', time: 't' } as const
  return [...changeReport(format, { ...head, totals, warnings: [] }, all)].join('')
}

/** The records of a table, read as RFC 4180 says. */
function recordsOf(csv: string): string[][] {
  const records: string[][] = [[]]
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  for (let match = field.exec(csv); match !== null; match = field.exec(csv)) {
    const [, quoted, plain, end] = match
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === '\r\n') records.push([])
    if (field.lastIndex === csv.length) return records.slice(0, -1)
  }
  throw new Error(`This is no table: ${csv}`)
}

test('a table of commas reads back', () => {
  fc.assert(
    fc.property(changes, (all) => {
      const [columns = [], ...records] = recordsOf(report('csv', all))
      const read = records.map((record) =>
        Object.fromEntries(columns.map((column, at) => [column, record[at]])),
      )
      expect(read).toHaveLength(all.length)
      for (const [index, line] of read.entries()) {
        const { path, pathBytes = '', size, linkTarget = '' } = changeValue(all[index] as Change)
        expect(line).toMatchObject({ path, pathBytes, size: String(size) })
        expect([linkTarget, `'${linkTarget}`]).toContain(line['linkTarget'])
        expect(line['linkTarget']).not.toMatch(/^[=+\-@]/)
      }
    }),
    few,
  )
})

test('a report as JSON reads back', () => {
  fc.assert(
    fc.property(changes, (all) => {
      expect(JSON.parse(report('json', all))).toMatchObject({ changes: all.map(changeValue) })
    }),
    few,
  )
})

test('no name breaks a table of Markdown', () => {
  fc.assert(
    fc.property(changes, (all) => {
      const text = report('markdown', all)
      expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
      const rows = text.split('\n').filter((line) => /^\| (added|modified|deleted) /.test(line))
      expect(rows).toHaveLength(all.length)
      const columns = /^\| Change .*$/m.exec(text)?.[0].match(/\|/g) ?? []
      for (const row of rows) expect(row.match(/\|/g)).toHaveLength(columns.length)
      const headings = text.split('\n').filter((line) => line.startsWith('## '))
      const directories = all.map(({ path }) => path.slice(0, path.lastIndexOf('/')))
      const begun = directories.filter((directory, at) => directory !== directories[at - 1])
      expect(headings).toHaveLength(begun.length)
    }),
    few,
  )
})
