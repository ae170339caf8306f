import { describe, expect, test } from 'vitest'
import { aspectBit } from '../../../../electron/core/changes/change'
import { bytePath } from '../../../../electron/core/base/byte-path'
import type { Change } from '../../../../electron/core/changes/change'
import { changeReport, type ReportFormat } from '../../../../electron/operations/reports/change-report'
import type { ReportedChange, ReportHead } from '../../../../electron/operations/reports/reported-change'
import { changeValue } from '../../../../electron/operations/values/change-values'

const head: ReportHead = {
  container: 'web_1',
  image: 'nginx:1.27',
  host: 'local',
  engine: 'Docker 27.3.1',
  lens: 'host',
  time: '2026-01-02T03:04:05.000Z',
  totals: { added: 1, modified: 0, deleted: 0, bytes: 5 },
  warnings: [],
}

function added(path: string, facts: Partial<Change> = {}): Change {
  return { path: bytePath(path), kind: 'added', type: 'file', ...facts }
}

function report(format: ReportFormat, ...changes: (ReportedChange | undefined)[]): string {
  return [...changeReport(format, head, changes)].join('')
}

const noted: ReportedChange = {
  path: bytePath('/m'),
  kind: 'modified',
  type: 'directory',
  aspects: aspectBit('content') | aspectBit('mode'),
  lost: { entries: 2, bytes: 9 },
  moved: { path: bytePath('/\xff'), by: 'origin' },
}

/** As `chmod 700 /` leaves it. */
const root = added('', { kind: 'modified', type: 'directory', mode: 0o700, aspects: aspectBit('mode') })

test('every report writes the root as a slash', () => {
  expect(JSON.parse(report('json', root))).toMatchObject({ changes: [{ path: '/', kind: 'modified' }] })
  expect(report('csv', root)).toContain('\r\n/,,modified,directory,,0700,,,,,mode,,,,,\r\n')
  const text = report('markdown', root, added('/a'), added('/d/b'))
  expect(text.match(/^(?:##|\| (?:added|modified) ).*$/gm)?.map((line) => line.slice(0, 16))).toEqual([
    ...['## /', '| modified | / |', '| added | a | fi', '## /d', '| added | b | fi'],
  ])
})

describe('a report as JSON', () => {
  test('has a head and the changes of a listing', () => {
    const changes = [added('/a"\n', { size: 5 }), added('/\xff', { mode: 0o644 })]
    expect(JSON.parse(report('json', changes[0], undefined, changes[1]))).toEqual({
      ...head,
      changes: changes.map(changeValue),
    })
  })

  test('tells what a second look found out', () => {
    const { changes } = JSON.parse(report('json', noted)) as { changes: unknown[] }
    expect(changes).toEqual([
      {
        ...changeValue(noted),
        aspects: ['content', 'mode'],
        lost: { entries: 2, bytes: 9 },
        moved: { path: '/\ufffd', pathBytes: 'L/8=', by: 'origin' },
      },
    ])
  })

  test('is whole without a change', () => {
    expect(JSON.parse(report('json'))).toMatchObject({ changes: [] })
  })
})

describe('a report as CSV', () => {
  const line = (change: ReportedChange) => report('csv', change).slice(report('csv').length)

  test('begins with the names of its columns', () => {
    expect(report('csv')).toBe(
      'path,pathBytes,kind,type,size,mode,uid,gid,modifiedAt,linkTarget,aspects,lostEntries,lostBytes,movedPath,movedBy,runtime\r\n',
    )
  })

  test.each([
    ['a comma', '/a,b', '"/a,b"'],
    ['a quote', '/a"b', '"/a""b"'],
    ['a newline', '/a\nb', '"/a\nb"'],
    ['a carriage return', '/a\rb', '"/a\rb"'],
  ])('quotes a name with %s', (_, path, field) => {
    expect(line(added(path))).toBe(`${field},,added,file,,,,,,,,,,,,\r\n`)
  })

  test('gives the exact bytes of a name that is not UTF-8', () => {
    expect(line(added('/\xff'))).toBe('/\ufffd,L/8=,added,file,,,,,,,,,,,,\r\n')
  })

  test('tells what a second look found out', () => {
    expect(line(noted)).toBe('/m,,modified,directory,,,,,,,content mode,2,9,/\ufffd,origin,\r\n')
  })

  test('tells what the engine makes for every container', () => {
    expect(line({ ...added('/.dockerenv'), runtime: true })).toMatch(/,true\r\n$/)
  })

  test('has every change where the text waits in between', () => {
    const text = report('csv', added('/a'), undefined, added('/b'), undefined)
    expect(text.match(/^\/[ab],/gm)).toEqual(['/a,', '/b,'])
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)'])(
    'keeps the link target %s from being a formula',
    (linkTarget) => {
      const text = line(added('/l', { type: 'symlink', linkTarget, mode: 0o777 }))
      expect(text).toBe(`/l,,added,symlink,,0777,,,,'${linkTarget},,,,,,\r\n`)
    },
  )
})

describe('a report as Markdown', () => {
  const nameCell = (name: string) => {
    const row = report('markdown', added(`/d/${name}`))
      .trimEnd()
      .split('\n')
      .at(-1)
    return row?.split(' | ')[1]
  }

  test('says first what was looked at', () => {
    const lines = report('markdown').split('\n')
    expect(lines.slice(0, 9)).toEqual([
      '# Changes of web\\_1',
      '',
      '- Container: web\\_1',
      '- Image: nginx\\:1.27',
      '- Host: local',
      '- Engine: Docker 27.3.1',
      '- Lens: host',
      '- Time: 2026-01-02T03:04:05.000Z',
      '- Totals: 1 added, 0 modified, 0 deleted, 5 bytes',
    ])
  })

  test('has one table for each directory', () => {
    const text = report('markdown', added('/b'), added('/d/a'), added('/d/g'), undefined, added('/d/e/f'))
    expect(text.match(/^## .*$/gm)).toEqual(['## /', '## /d', '## /d/e'])
    expect(text.match(/^\| added \| \w/gm)).toEqual([
      '| added | b',
      '| added | a',
      '| added | g',
      '| added | f',
    ])
  })

  test('keeps names of the container and its image on their lines', () => {
    const hostile = { ...head, container: 'a\n# b', image: 'c\r\n- d', host: '\u202ee', engine: 'f\n' }
    const lines = [...changeReport('markdown', hostile, [])].join('').split('\n')
    expect(lines[0]).toBe('# Changes of a\\\\n\\# b')
    expect(lines.slice(3, 6)).toEqual([
      '- Image: c\\\\u000d\\\\n- d',
      '- Host: \\\\u202ee',
      '- Engine: f\\\\n',
    ])
  })

  test('tells what a second look found out', () => {
    expect(report('markdown', noted)).toContain(
      '| content, mode, 2 entries and 9 bytes were lost with it, probably moved from /\ufffd |',
    )
  })

  test.each([
    ['a|b', 'a&#124;b'],
    ['a\\|b', 'a\\\\&#124;b'],
    ['a\nb', 'a\\\\nb'],
    ['`rm`', '\\`rm\\`'],
    ['<img src=x>', '\\<img src=x\\>'],
    ['[a](b)', '\\[a\\](b)'],
    ['\x1b[31m', '\\\\u001b\\[31m'],
    [' a ', '&#32;a&#32;'],
    ['www.example.com', 'www\\.example.com'],
  ])('shows the name %j as it is', (name, cell) => {
    expect(nameCell(name)).toBe(cell)
  })
})
