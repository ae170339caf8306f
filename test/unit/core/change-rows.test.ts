import { describe, expect, it } from 'vitest'
import type { Change } from '../../../electron/core/change'
import { visibleRows, type ChangeView } from '../../../electron/core/change-rows'
import { ChangeTree } from '../../../electron/core/change-tree'
import { aChange } from '../../builders/change'

function aView(some: Partial<ChangeView> = {}): ChangeView {
  return {
    open: true,
    toggled: new Set(),
    kinds: new Set(['added', 'modified', 'deleted']),
    search: '',
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

function drawn(tree: ChangeTree, view: Partial<ChangeView> = {}): string[] {
  return visibleRows(tree, aView(view)).map(({ node, depth, folded }) => {
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
    const etc = visibleRows(tree, aView({ open: false }))[0]?.node ?? 0
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
})
