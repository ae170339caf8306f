import { expect, test } from 'vitest'
import {
  contentViews,
  isNeverOpened,
  type ReadVersion,
} from '../../../../../renderer/src/features/content/view/content-view'
import { factLines } from '../../../../../renderer/src/features/content/facts/fact-lines'
import { factsOfBoth, isSameContent } from '../../../../../renderer/src/features/content/facts/path-facts'
import { baseOf, verdictOf } from '../../../../../renderer/src/features/content/view/verdict'
import { savableVersions } from '../../../../../renderer/src/features/content/saving/savable-versions'
import { shownTexts } from '../../../../../renderer/src/features/content/view/shown-texts'
import type { ChangeRow } from '../../../../../renderer/src/stores/changes/changes'
import type { ContentFacts, ContentVersion } from '../../../../../renderer/src/stores/content/content-version'
import { readableBytes } from '../../../../../renderer/src/ui/text/bytes'
import type { Side } from '../../../../../renderer/src/stores/content/content-subject'

const totals = { added: 0, modified: 1, deleted: 0, bytes: 0 }

function aRow(some: Partial<ChangeRow> = {}): ChangeRow {
  return {
    node: 1,
    depth: 0,
    name: 'file',
    folded: [],
    path: '/file',
    kind: 'modified',
    type: 'file',
    expandable: false,
    open: false,
    totals,
    ...some,
  }
}

function aVersion(side: Side, text: string, some: Partial<ContentFacts> = {}): ReadVersion {
  const facts: ContentFacts = {
    exists: true,
    type: 'file',
    kind: 'text',
    encoding: 'utf-8',
    through: 'host',
    ...some,
  }
  return { side, facts, bytes: new TextEncoder().encode(text), isWhole: true }
}

function asRead({ facts, bytes, isWhole }: ReadVersion): ContentVersion {
  const ended = () => Promise.resolve()
  return {
    facts,
    bytes,
    isWhole,
    canGrow: false,
    isReading: false,
    isTorn: false,
    failure: undefined,
    readMore: ended,
    close: () => undefined,
  }
}

const words = {
  type: (type: string) => type,
  size: (size: number) => `${size} B`,
  exactSize: (size: number) => `${size} bytes`,
  time: (time: string) => time.slice(0, 4),
  exactTime: (time: string) => time,
}

test('each fact is told once where both versions agree, and as two where they differ', () => {
  const upper = { type: 'file', size: 5, mode: 0o600, uid: 33, gid: 33, modifiedAt: '2026-02-01' } as const
  const lower = { type: 'file', size: 5, mode: 0o644, uid: 33, gid: 33, modifiedAt: '2026-01-01' } as const
  const lines = factLines({ upper, lower }, words)
  expect(lines.map(({ name, lower: before, upper: now, differs }) => [name, before, now, differs])).toEqual([
    ['size', '5 B', '5 B', false],
    ['mode', '-rw-r--r-- 0644', '-rw------- 0600', true],
    ['owner', '33:33', '33:33', false],
    // Both would be written alike, and are not the same.
    ['time', '2026-01-01', '2026-02-01', true],
  ])
})

test('sizes that rounding would make one are told by their bytes, others are not', () => {
  const rounded = { ...words, size: readableBytes }
  const sizes = (lower: number, upper: number) => {
    const [line] = factLines(
      { upper: { type: 'file', size: upper }, lower: { type: 'file', size: lower } },
      rounded,
    )
    return [line?.lower, line?.upper, line?.differs]
  }
  expect(sizes(2_600, 2_601)).toEqual(['2600 bytes', '2601 bytes', true])
  expect(sizes(2_600, 2_700)).toEqual(['2.6 kB', '2.7 kB', true])
  expect(sizes(2_600, 2_600)).toEqual(['2.6 kB', '2.6 kB', false])
})

test('extended attributes are told by their meaning where they have one', () => {
  const attributes = [{ name: 'security.capability', value: 'AQ==', meaning: 'cap_net_raw=ep' }]
  const lines = factLines({ upper: { type: 'file', attributes }, lower: { type: 'file' } }, words)
  expect(lines).toEqual([
    {
      name: 'attribute',
      label: 'security.capability',
      lower: undefined,
      upper: 'cap_net_raw=ep',
      differs: true,
    },
  ])
})

test('what is said of a change follows what is known of it, and what it is against', () => {
  const said = (some: Partial<ChangeRow>) => verdictOf(aRow(some), undefined)
  expect(said({ kind: 'added' })).toBe('added')
  expect(said({ kind: 'deleted' })).toBe('deleted')
  expect(said({})).toBe('untold')
  expect(said({ aspects: ['content', 'time'] })).toBe('modified')
  expect(said({ aspects: ['time'] })).toBe('metadata')
  expect(said({ aspects: ['time'], contentUnsure: true })).toBe('unsure')
  // A deleted file that was brought back as the image has it.
  expect(said({ aspects: [] })).toBe('same')
  const described = { aspects: ['mode' as const], unknown: [], through: 'host' as const }
  expect(verdictOf(aRow({ aspects: ['mode'], contentUnsure: true }), described)).toBe('metadata')
  expect([baseOf(undefined, 'image'), baseOf({ id: 'a' }, 'image'), baseOf({ id: 'a' }, 'opened')]).toEqual([
    'own',
    'other',
    'opened',
  ])
})

test('an added path has one version, whose facts differ from nothing', () => {
  const row = aRow({ kind: 'added', type: 'fifo', mode: 0o644 })
  const lines = factLines(factsOfBoth(row, undefined, {}), words)
  expect(lines.map(({ name, differs }) => [name, differs])).toEqual([
    ['type', false],
    ['mode', false],
  ])
})

test('facts come from the description, else from what was read, else from the row', () => {
  const row = aRow({ size: 1 })
  const lower = asRead(aVersion('lower', 'x', { size: 2 }))
  expect(factsOfBoth(row, undefined, { lower })).toMatchObject({ upper: { size: 1 }, lower: { size: 2 } })
  const described = { upper: { type: 'file', size: 3 }, aspects: [], unknown: [], through: 'host' } as const
  const both = factsOfBoth(row, { ...described, aspects: [], unknown: [] }, { lower })
  expect(both).toEqual({ upper: { type: 'file', size: 3 }, lower: undefined })
})

test('content is the same where its bytes are, or where all that is known to differ is something else', () => {
  const upper = asRead(aVersion('upper', 'one'))
  expect(isSameContent(aRow(), undefined, { upper, lower: asRead(aVersion('lower', 'one')) })).toBe(true)
  expect(isSameContent(aRow(), undefined, { upper, lower: asRead(aVersion('lower', 'two')) })).toBe(false)
  expect(isSameContent(aRow({ aspects: ['mode'] }), undefined, {})).toBe(true)
  expect(isSameContent(aRow({ aspects: ['mode'], contentUnsure: true }), undefined, {})).toBeUndefined()
  expect(isSameContent(aRow({ kind: 'added', aspects: [] }), undefined, {})).toBeUndefined()
})

test('versions of one nature are compared, text and binary as bytes, others stand apart', () => {
  const text = aVersion('lower', 'text')
  const drawings = (upper: ReadVersion, asBytes = false) =>
    contentViews([text, upper], asBytes).map(({ drawing, versions }) => [drawing, versions.length])
  expect(drawings(aVersion('upper', 'more'))).toEqual([['text', 2]])
  expect(drawings(aVersion('upper', 'more'), true)).toEqual([['bytes', 2]])
  expect(drawings(aVersion('upper', '\0', { kind: 'elf' }))).toEqual([['bytes', 2]])
  expect(drawings(aVersion('upper', '/x', { type: 'symlink' }))).toEqual([
    ['text', 1],
    ['link', 1],
  ])
  expect(drawings(aVersion('upper', '', { type: 'fifo', kind: 'none' }))[1]).toEqual(['special', 1])
  expect(contentViews([], false)).toEqual([])
  expect(isNeverOpened('socket')).toBe(true)
  expect(isNeverOpened('file')).toBe(false)
})

test('files and directories can be saved, other things not', () => {
  const sides = (row: ChangeRow, versions = {}) =>
    savableVersions(row, undefined, versions).map(({ side }) => side)
  expect(sides(aRow({ kind: 'added', type: 'fifo' }))).toEqual([])
  expect(sides(aRow({ kind: 'deleted', type: 'directory' }))).toEqual(['lower'])
  expect(sides(aRow())).toEqual(['upper'])
  expect(sides(aRow(), { lower: asRead(aVersion('lower', 'x')) })).toEqual(['upper', 'lower'])
})

test('an encoding and line ends are told where they are not UTF-8 and LF', () => {
  expect(shownTexts([aVersion('upper', 'a\nb')])).toMatchObject({ encodings: [], endings: [] })
  const pair = shownTexts([
    aVersion('lower', 'a\r\n', { encoding: 'latin1' }),
    aVersion('upper', 'a\n', { encoding: 'utf-8' }),
  ])
  expect(pair).toMatchObject({ encodings: ['Latin-1', 'UTF-8'], endings: ['crlf', 'lf'], notes: [] })
  expect(shownTexts([aVersion('lower', 'a'), aVersion('upper', '\ufeffa')]).notes).toEqual(['sameText'])
})
