import { expect, test } from 'vitest'
import type { ChangeRow } from '../../../../../renderer/src/stores/changes/changes'
import {
  firstView,
  isFiltered,
  rowsInput,
  withKindToggled,
  withoutFilters,
  withSort,
  withToggled,
  withTypeToggled,
} from '../../../../../renderer/src/stores/changes/change-view'
import {
  changesBelow,
  hasMore,
  isUndoable,
  kindDrawing,
  nameFrom,
  shownSize,
} from '../../../../../renderer/src/stores/changes/change-row'
import { octalMode, symbolicMode } from '../../../../../renderer/src/ui/text/file-mode'
import { treeAction, type TreeCursor } from '../../../../../renderer/src/features/changes/tree/tree-keys'
import { isPath } from '../../../../../renderer/src/stores/changes/path-text'
import { createTypeAhead } from '../../../../../renderer/src/features/changes/tree/type-ahead'

function aRow(some: Partial<ChangeRow> = {}): ChangeRow {
  const totals = { added: 1, modified: 0, deleted: 0, bytes: 10 }
  return {
    node: 1,
    depth: 0,
    name: 'a',
    folded: [],
    path: '/a',
    type: 'file',
    expandable: false,
    open: false,
    totals,
    ...some,
  }
}

type HeldKey = 'ctrlKey' | 'altKey' | 'shiftKey'
const press = (key: string, some: Partial<TreeCursor> = {}, held: Partial<Record<HeldKey, boolean>> = {}) =>
  treeAction(
    { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held },
    { index: 5, total: 100, row: aRow(), page: 20, ...some },
  )

test('arrows, Home, End and pages move within the list', () => {
  expect(press('ArrowDown')).toEqual({ kind: 'move', to: 6 })
  expect(press('ArrowUp', { index: 0 })).toEqual({ kind: 'move', to: 0 })
  expect(press('PageDown', { index: 95 })).toEqual({ kind: 'move', to: 99 })
  expect(press('Home')).toEqual({ kind: 'move', to: 0 })
  expect(press('End')).toEqual({ kind: 'move', to: 99 })
  expect(press('End', { total: 0 })).toBeUndefined()
})

test('right opens a directory and then enters it; left closes it and then goes to its parent', () => {
  const closed = aRow({ expandable: true })
  const open = aRow({ expandable: true, open: true })
  expect(press('ArrowRight', { row: closed })).toEqual({ kind: 'toggle' })
  expect(press('ArrowRight', { row: open })).toEqual({ kind: 'move', to: 6 })
  expect(press('ArrowRight')).toBeUndefined()
  expect(press('ArrowLeft', { row: open })).toEqual({ kind: 'toggle' })
  expect(press('ArrowLeft', { row: closed })).toEqual({ kind: 'to-parent' })
  expect(press('Enter', { row: closed })).toEqual({ kind: 'toggle' })
})

test('letters jump to names, but shortcuts stay shortcuts', () => {
  expect(press('n')).toEqual({ kind: 'type', letter: 'n' })
  expect(press('/')).toBeUndefined()
  expect(press('?')).toBeUndefined()
  expect(press('f', {}, { ctrlKey: true })).toBeUndefined()
  expect(press('Tab')).toBeUndefined()
})

test('letters typed in one go make one beginning; the same letter again goes on', () => {
  const type = createTypeAhead(700)
  expect(type('N', 0)).toBe('n')
  expect(type('g', 300)).toBe('ng')
  expect(type('v', 2000)).toBe('v')
  expect(type('v', 2100)).toBe('v')
})

test('a view is toggled, sorted and filtered without changing the one before', () => {
  const toggled = withToggled(firstView, aRow({ path: '/a' }))
  expect(toggled).toMatchObject({ toggled: [{ path: '/a' }], untouched: false })
  const other = withToggled(toggled, aRow({ path: '/a', pathBytes: 'L2E=' }))
  expect(withToggled(other, aRow({ path: '/a' })).toggled).toEqual([{ path: '/a', pathBytes: 'L2E=' }])
  expect(withSort(firstView, 'size')).toMatchObject({ sort: 'size', descending: true })
  expect(withSort(withSort(firstView, 'size'), 'size').descending).toBe(false)
  const withoutAdded = withKindToggled(firstView, 'added')
  expect(withoutAdded.kinds).toEqual(['modified', 'deleted'])
  expect(withKindToggled(withoutAdded, 'added').kinds).toEqual(firstView.kinds)
  expect([isFiltered(firstView), isFiltered(withoutAdded)]).toEqual([false, true])
})

test('a size that the lens does not know is not invented', () => {
  const directory = aRow({ expandable: true, type: 'directory' })
  expect(shownSize(directory, true)).toBe(10)
  expect(shownSize(directory, false)).toBeUndefined()
  expect(shownSize(aRow(), true)).toBeUndefined()
  expect(shownSize(aRow({ size: 0 }), true)).toBe(0)
  expect(changesBelow(aRow({ kind: 'added' }))).toBe(0)
})

test.each([
  ['file', 0o644, '0644', '-rw-r--r--'],
  ['directory', 0o1777, '1777', 'drwxrwxrwt'],
  ['file', 0o4755, '4755', '-rwsr-xr-x'],
  ['file', 0o2640, '2640', '-rw-r-S---'],
  ['symlink', 0o777, '0777', 'lrwxrwxrwx'],
] as const)('%s %o is %s, %s', (type, mode, octal, symbolic) => {
  expect([octalMode(mode), symbolicMode(type, mode)]).toEqual([octal, symbolic])
})

test('types and sizes filter, and all filters go at once', () => {
  const links = withTypeToggled(firstView, 'symlink')
  expect(links.types).toEqual(['symlink'])
  expect(isFiltered(links)).toBe(true)
  expect(withTypeToggled(withTypeToggled(links, 'file'), 'symlink').types).toEqual(['file'])
  const large = { ...links, minimumSize: 1e6, search: '*.log', descending: true }
  expect(isFiltered({ ...firstView, minimumSize: 1 })).toBe(true)
  expect(withoutFilters(large)).toEqual({ ...firstView, descending: true })
})

test('only filters that are set are asked for', () => {
  expect(rowsInput('l', firstView, 0, 10)).not.toHaveProperty('types')
  expect(rowsInput('l', firstView, 0, 10)).not.toHaveProperty('minimumSize')
  expect(rowsInput('l', { ...firstView, types: ['file'], minimumSize: 5 }, 0, 10)).toMatchObject({
    types: ['file'],
    minimumSize: 5,
  })
})

test('the menu and undoing have keys of their own, and Enter goes to the other name of a rename', () => {
  expect(press('F10', {}, { shiftKey: true })).toEqual({ kind: 'menu' })
  expect(press('F10')).toBeUndefined()
  expect(press('ContextMenu')).toEqual({ kind: 'menu' })
  expect(press('z', {}, { ctrlKey: true, altKey: true })).toEqual({ kind: 'undo' })
  expect(press('z', {}, { ctrlKey: true })).toBeUndefined()
  const moved = aRow({ moved: { path: '/b', by: 'origin' } })
  expect(press('Enter', { row: moved })).toEqual({ kind: 'reveal' })
  expect(press('Enter', { row: { ...moved, expandable: true } })).toEqual({ kind: 'toggle' })
})

test('only a modified path whose content is known to be the same is drawn as metadata', () => {
  const modified = aRow({ kind: 'modified' })
  expect(kindDrawing(modified)).toBe('full')
  expect(kindDrawing({ ...modified, aspects: ['mode', 'owner'] })).toBe('metadata')
  expect(kindDrawing({ ...modified, aspects: [] })).toBe('metadata')
  expect(kindDrawing({ ...modified, aspects: ['time'], contentUnsure: true })).toBe('unsure')
  expect(kindDrawing({ ...modified, aspects: ['mode', 'content'] })).toBe('full')
  expect(kindDrawing({ ...modified, aspects: ['link-target'] })).toBe('full')
  expect(kindDrawing(aRow({ kind: 'added', aspects: ['mode'] }))).toBe('full')
})

test('a deleted directory shows the bytes that were lost with it', () => {
  const gone = aRow({ kind: 'deleted', type: 'directory', lost: { entries: 31, bytes: 2200 } })
  expect(shownSize(gone, true)).toBe(2200)
})

test('a change can be undone against the own image alone, and paths are one by their bytes', () => {
  expect(isUndoable(aRow({ kind: 'added' }), undefined)).toBe(true)
  expect(isUndoable(aRow({ kind: 'added' }), { id: 'sha256:1' })).toBe(false)
  expect(isUndoable(aRow(), undefined)).toBe(false)
  expect(isPath({ path: '/a' }, { path: '/a' })).toBe(true)
  expect(isPath({ path: '/\ufffd', pathBytes: 'L/8=' }, { path: '/\ufffd', pathBytes: 'L/4=' })).toBe(false)
})

test('the other end of a rename is told by its name alone where both are in one directory', () => {
  expect(nameFrom({ path: '/etc/a' }, { path: '/etc/b' })).toBe('b')
  expect(nameFrom({ path: '/a' }, { path: '/b' })).toBe('b')
  expect(nameFrom({ path: '/etc/a' }, { path: '/etc/b/a' })).toBe('/etc/b/a')
  expect(nameFrom({ path: '/etc/a' }, { path: '/usr/a' })).toBe('/usr/a')
})

test('runtime files and the moment are asked for where they are not the usual', () => {
  expect(rowsInput('l', firstView, 0, 10)).not.toHaveProperty('runtime')
  expect(rowsInput('l', firstView, 0, 10)).not.toHaveProperty('since')
  const view = { ...firstView, runtime: true, since: 'opened' as const }
  expect(rowsInput('l', view, 0, 10)).toMatchObject({ runtime: true, since: 'opened' })
  expect([isFiltered(view), isFiltered({ ...view, since: 'image' })]).toEqual([true, false])
  expect(withoutFilters(view)).toEqual({ ...firstView, runtime: true })
})

test('a report of the root has all that is in it, though nothing stands below its line', () => {
  expect([aRow(), aRow({ expandable: true }), aRow({ node: 0, path: '/' })].map(hasMore)).toEqual([
    false,
    true,
    true,
  ])
})
