import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bytesInUpper,
  changeKinds,
  type Change,
  type ChangeKind,
} from '../../../electron/core/changes/change'
import { changeRows } from '../../../electron/core/change-view/change-rows'
import { ChangeTree } from '../../../electron/core/change-tree/change-tree'
import type { ChangeView, SortKey } from '../../../electron/core/change-view/change-view'
import { aChange } from '../../builders/changes/change'
import { finished } from '../../builders/finished'
import { few } from './hostile'

/** A tree as plain as can be: the changes by their paths, looked through anew for every question. */
type Plain = ReadonlyMap<string, Change>
type View = Omit<ChangeView, 'toggled'>

const name = fc.constantFrom('a', 'b', 'B', 'ab', 'c.d', '\xe9')
/** The root is a path like any other, and the empty one. */
const path = fc.array(name, { maxLength: 4 }).map((names) => names.map((one) => `/${one}`).join(''))
const types = ['file', 'directory', 'symlink'] as const
const change = fc.record({
  path,
  kind: fc.constantFrom(...changeKinds),
  type: fc.constantFrom(...types),
  size: fc.nat(3),
  modifiedAt: fc.nat(3),
})
const view: fc.Arbitrary<View> = fc.record(
  {
    open: fc.boolean(),
    kinds: fc.subarray([...changeKinds]).map((kinds) => new Set<ChangeKind>(kinds)),
    types: fc.subarray([...types]).map((some) => new Set(some)),
    minimumSize: fc.nat(2),
    search: fc.constantFrom('', '', '/', 'a', 'B', 'b/', '/a/b', '\xe9'),
    sort: fc.constantFrom<SortKey>('name', 'size', 'time'),
    descending: fc.boolean(),
  },
  { requiredKeys: ['open', 'kinds', 'minimumSize', 'search', 'sort', 'descending'] },
)

const isBelow = (one: string, directory: string) => one.startsWith(`${directory}/`)
const parentOf = (one: string) => one.slice(0, one.lastIndexOf('/'))

function isShown(plain: Plain, one: string, asked: View): boolean {
  const found = plain.get(one)
  const isSearched = (one === '' ? '/' : one).toLowerCase().includes(asked.search.toLowerCase())
  return (
    found !== undefined &&
    isSearched &&
    asked.kinds.has(found.kind) &&
    (asked.types?.has(found.type) ?? true) &&
    (asked.minimumSize === 0 || (found.size ?? -1) >= asked.minimumSize)
  )
}

function childrenOf(paths: readonly string[], directory: string): string[] {
  return paths.filter((one) => one !== '' && parentOf(one) === directory)
}

/** What a person reads as the size: of a path itself, or of all that is below it. */
function sizeOf(plain: Plain, one: string): number {
  const own = plain.get(one)?.size
  if (own !== undefined) return own
  const below = [...plain.values()].filter(({ path: other }) => isBelow(other, one))
  return below.reduce((sum, other) => sum + bytesInUpper(other), 0)
}

function isBefore(plain: Plain, { sort, descending }: View, a: string, b: string): number {
  const byName = a < b ? -1 : 1
  if (sort === 'name') return descending ? -byName : byName
  const value = (one: string) => (sort === 'size' ? sizeOf(plain, one) : (plain.get(one)?.modifiedAt ?? NaN))
  const [left, right] = [value(a), value(b)]
  if (Number.isNaN(left) || Number.isNaN(right))
    return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || byName
  return (descending ? right - left : left - right) || byName
}

/** Every line with its depth, in order. */
function linesOf(plain: Plain, asked: View): string[] {
  const shown = [...plain.keys()].filter((one) => isShown(plain, one, asked))
  const leading = shown.flatMap((one) => one.split('/').map((_, at, names) => names.slice(0, at).join('/')))
  const paths = [...new Set([...shown, ...leading])]
  const isOpen = asked.open || asked.search !== ''
  const below = (directory: string, depth: number): string[] =>
    childrenOf(paths, directory)
      .sort((a, b) => isBefore(plain, asked, a, b))
      .flatMap((first) => {
        let last = first
        for (
          let [only, ...more] = childrenOf(paths, last);
          only !== undefined;
          [only, ...more] = childrenOf(paths, last)
        ) {
          if (plain.has(last) || more.length > 0 || childrenOf(paths, only).length === 0) break
          last = only
        }
        return [`${String(depth)} ${last}`, ...(isOpen ? below(last, depth + 1) : [])]
      })
  // Above everything, however it is sorted, and beside what is in it.
  return [...(isShown(plain, '', asked) ? ['0 '] : []), ...below('', 0)]
}

function treeOf(all: readonly (Omit<Change, 'path'> & { path: string })[]): {
  tree: ChangeTree
  plain: Plain
} {
  const tree = new ChangeTree()
  const plain = new Map<string, Change>()
  for (const one of all) {
    // A path that comes again is another file: the engine's listings have such, and the unit tests of the tree.
    if (plain.has(one.path)) continue
    const { size, ...rest } = one
    const added = aChange(
      one.type === 'directory' ? rest : { ...rest, ...(size === undefined ? {} : { size }) },
    )
    plain.set(one.path, added)
    tree.add(added)
  }
  return { tree, plain }
}

test('a tree shows in every view what the plainest one shows', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 25 }), view, (all, asked) => {
      const { tree, plain } = treeOf(all)
      const rows = finished(changeRows(tree, { ...asked, toggled: new Set() }))
      const drawn = finished(rows.between(0, rows.total)).map(
        ({ depth, node }) => `${String(depth)} ${tree.path(node)}`,
      )
      expect(drawn).toEqual(linesOf(plain, asked))
      expect(rows.total).toBe(drawn.length)
    }),
    few,
  )
})

test('a page of lines is the same part of all lines', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 25 }),
      view,
      fc.nat(30),
      fc.nat(30),
      (all, asked, from, count) => {
        const { tree } = treeOf(all)
        const rows = finished(changeRows(tree, { ...asked, toggled: new Set() }))
        const part = finished(rows.between(from, from + count))
        const again = finished(changeRows(tree, { ...asked, toggled: new Set() }))
        expect(part).toEqual(finished(again.between(0, again.total)).slice(from, from + count))
      },
    ),
    few,
  )
})

test('a tree counts what the plainest one counts, at every path', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 25 }), (all) => {
      const { tree, plain } = treeOf(all)
      for (let node = 0; node < tree.size; node += 1) {
        const at = tree.path(node)
        const counted = [...plain.values()].filter((one) => one.path === at || isBelow(one.path, at))
        const count = (kind: ChangeKind) => counted.filter((one) => one.kind === kind).length
        expect(tree.totalsOf(node)).toEqual({
          added: count('added'),
          modified: count('modified'),
          deleted: count('deleted'),
          bytes: counted.reduce((sum, one) => sum + bytesInUpper(one), 0),
        })
        expect(tree.change(node)).toEqual(plain.get(at))
      }
    }),
    few,
  )
})
