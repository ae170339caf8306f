import { describe, expect, it } from 'vitest'
import type { Change } from '../../../../electron/core/changes/change'
import {
  changeRows,
  type ChangeRows,
  type VisibleRow,
} from '../../../../electron/core/change-view/change-rows'
import { ChangeTree } from '../../../../electron/core/change-tree/change-tree'
import type { ChangeView } from '../../../../electron/core/change-view/change-view'
import { aChange } from '../../../builders/changes/change'
import { finished } from '../../../builders/finished'

function aView(some: Partial<ChangeView> = {}): ChangeView {
  return {
    open: true,
    toggled: new Set(),
    kinds: new Set(['added', 'modified', 'deleted']),
    search: '',
    minimumSize: 0,
    sort: 'name',
    descending: false,
    ...some,
  }
}

function treeOf(...changes: Change[]): ChangeTree {
  const tree = new ChangeTree()
  for (const change of changes) tree.add(change)
  return tree
}

function rowsOf(tree: ChangeTree, view: Partial<ChangeView> = {}): ChangeRows {
  return finished(changeRows(tree, aView(view)))
}

function allRows(rows: ChangeRows): VisibleRow[] {
  return finished(rows.between(0, rows.total))
}

function drawn(tree: ChangeTree, view: Partial<ChangeView> = {}): string[] {
  return allRows(rowsOf(tree, view)).map(({ node, depth, folded }) => {
    const names = [...folded, node].map((one) => tree.name(one)).join(' / ')
    return `${'  '.repeat(depth)}${names}${tree.kind(node) === undefined ? '' : ` ${tree.kind(node) ?? ''}`}`
  })
}

const site = () =>
  treeOf(
    aChange({ path: '/usr/share/nginx/html/index.html', size: 10 }),
    aChange({ path: '/usr/share/nginx/html/logo.png', size: 900 }),
    aChange({ path: '/etc/passwd', kind: 'modified', size: 300 }),
    aChange({ path: '/etc/old', kind: 'deleted', size: 1 }),
  )

describe('the visible rows', () => {
  it('draw directories with a single child each on one line', () => {
    expect(drawn(site())).toEqual([
      'etc',
      '  old deleted',
      '  passwd modified',
      'usr / share / nginx / html',
      '  index.html added',
      '  logo.png added',
    ])
  })

  it('never fold a change away', () => {
    const tree = treeOf(aChange({ path: '/a/b', type: 'directory' }), aChange({ path: '/a/b/c' }))
    expect(drawn(tree)).toEqual(['a / b added', '  c added'])
  })

  it('leave out what is in closed directories', () => {
    expect(drawn(site(), { open: false })).toEqual(['etc', 'usr / share / nginx / html'])
  })

  it('open a single directory by its node', () => {
    const tree = site()
    const etc = allRows(rowsOf(tree, { open: false }))[0]?.node ?? 0
    expect(drawn(tree, { open: false, toggled: new Set([etc]) })).toContain('  passwd modified')
  })

  it('show only the chosen kinds and what leads to them', () => {
    expect(drawn(site(), { kinds: new Set(['deleted']) })).toEqual(['etc', '  old deleted'])
  })

  it('find part of a name, in closed directories too, whatever its case', () => {
    expect(drawn(site(), { open: false, search: 'logo' })).toEqual([
      'usr / share / nginx / html',
      '  logo.png added',
    ])
    expect(drawn(treeOf(aChange({ path: '/README' })), { search: 'readme' })).toEqual(['README added'])
  })

  it('find part of a path across directories', () => {
    expect(drawn(site(), { search: 'nginx/html/i' })).toEqual([
      'usr / share / nginx / html',
      '  index.html added',
    ])
  })

  it('keep everything below a directory that was found', () => {
    expect(drawn(site(), { search: 'etc' })).toEqual(['etc', '  old deleted', '  passwd modified'])
  })

  it('sort by size, directories by what is below them', () => {
    expect(drawn(site(), { sort: 'size', descending: true, open: false })).toEqual([
      'usr / share / nginx / html',
      'etc',
    ])
  })

  it('sort by time, those without one last', () => {
    const tree = treeOf(
      aChange({ path: '/unknown' }),
      aChange({ path: '/early', modifiedAt: 1 }),
      aChange({ path: '/late', modifiedAt: 2 }),
    )
    expect(drawn(tree, { sort: 'time', descending: true })).toEqual([
      'late added',
      'early added',
      'unknown added',
    ])
  })

  it('show only the chosen types and what leads to them', () => {
    const tree = treeOf(aChange({ path: '/a/link', type: 'symlink' }), aChange({ path: '/a/file' }))
    expect(drawn(tree, { types: new Set(['symlink']) })).toEqual(['a', '  link added'])
  })

  it('show only files of a size or larger, and leave out what has none', () => {
    const tree = treeOf(
      aChange({ path: '/new', type: 'directory' }),
      aChange({ path: '/new/large', size: 100 }),
      aChange({ path: '/new/small', size: 99 }),
      aChange({ path: '/unknown' }),
    )
    expect(drawn(tree, { minimumSize: 100 })).toEqual(['new added', '  large added'])
  })

  it('fold what leads to a single line that fits', () => {
    const tree = treeOf(aChange({ path: '/a/b/c' }), aChange({ path: '/a/d' }))
    expect(drawn(tree, { search: 'c' })).toEqual(['a / b', '  c added'])
  })

  it('say what can be opened in this view', () => {
    const tree = treeOf(aChange({ path: '/new', type: 'directory' }), aChange({ path: '/new/file' }))
    const [row] = allRows(rowsOf(tree, { types: new Set(['directory']) }))
    expect(row).toMatchObject({ expandable: false, open: false })
    expect(allRows(rowsOf(tree, { open: false }))[0]).toMatchObject({ expandable: true, open: false })
  })

  it('are those of the tree as it was', () => {
    const tree = site()
    const rows = rowsOf(tree)
    tree.add(aChange({ path: '/etc/another' }))
    tree.add(aChange({ path: '/top' }))
    expect(rows.total).toBe(6)
    expect(allRows(rows).map(({ node }) => tree.name(node))).not.toContain('another')
  })

  it.each(['name', 'size', 'time'] as const)('are the same page by page, sorted by %s', (sort) => {
    const tree = new ChangeTree()
    for (let number = 0; number < 30_000; number += 1) {
      const scattered = (number * 7919) % 30_000
      const folder =
        scattered % 3 === 0 ? '/flat' : `/${String(scattered % 5)}/bare/${String(scattered % 11)}`
      tree.add(
        aChange({ path: `${folder}/f${String(scattered)}`, size: scattered % 100, modifiedAt: number % 50 }),
      )
    }
    const whole = allRows(rowsOf(tree, { sort, descending: true }))
    const rows = rowsOf(tree, { sort, descending: true })
    expect(whole).toHaveLength(rows.total)
    for (const from of [12_345, 0, 29_990, 7, 20_000, 12_300, rows.total - 1, rows.total]) {
      expect(finished(rows.between(from, from + 100))).toEqual(whole.slice(from, from + 100))
    }
  })

  it('leave out what the engine makes for every container, and what leads there alone, unless asked for', () => {
    const tree = site()
    tree.add(aChange({ path: '/etc/hosts', size: 0 }), true)
    tree.add(aChange({ path: '/dev', type: 'directory' }), true)
    tree.add(aChange({ path: '/dev/shm/x', type: 'directory' }), true)
    expect(drawn(tree)).toEqual(drawn(site()))
    expect(drawn(tree, { kinds: new Set(['added']) })).toEqual(drawn(site(), { kinds: new Set(['added']) }))
    expect(drawn(tree, { runtime: true }).slice(0, 6)).toEqual([
      'dev added',
      '  shm',
      '    x added',
      'etc',
      '  hosts added',
      '  old deleted',
    ])
    expect([tree.runtime, tree.totals]).toEqual([3, site().totals])
  })

  it('show what changed since the listing was opened, with its own kinds and totals', () => {
    const tree = site()
    finished(tree.endLook())
    tree.beginLook()
    tree.add(aChange({ path: '/usr/share/nginx/html/index.html', size: 11 }))
    tree.add(aChange({ path: '/etc/passwd', kind: 'modified', size: 300 }))
    tree.add(aChange({ path: '/etc/old', kind: 'deleted', size: 1 }))
    finished(tree.endLook())
    const rows = rowsOf(tree, { since: 'opened' })
    const lines = allRows(rows).map(({ node, depth }) => [
      depth,
      tree.name(node),
      tree.sinceOpened.kind(node),
    ])
    expect(lines).toEqual([
      [0, 'html', undefined],
      [1, 'index.html', 'modified'],
      [1, 'logo.png', 'deleted'],
    ])
    expect(tree.sinceOpened.totalsOf(0)).toEqual({ added: 0, modified: 1, deleted: 1, bytes: 11 })
  })

  it('come from directories as deep as a path can be', () => {
    const deep = Array.from({ length: 2000 }, (_, depth) => aChange({ path: '/d'.repeat(depth + 1) }))
    expect(allRows(rowsOf(treeOf(...deep))).at(-1)?.depth).toBe(1999)
  })
})
