import type { OperationInput, OperationOutput } from '../../contract/contract'
import type { VisibleRow } from '../../core/change-view/change-rows'
import { rootNode, type ChangeTree } from '../../core/change-tree/change-tree'
import { factsIn } from '../../core/change-view/change-view'
import { addFacts, shownName, shownPath, shownText } from '../values/change-values'
import type { Handler } from '../context/handler'
import type { AskedView } from '../listings/listing-start'
import { toldPath } from '../values/path-input'

type RowValue = OperationOutput<'changes.rows'>['rows'][number]

export const changeRows: Handler<'changes.rows'> = async (context, input, signal) => {
  const listing = context.listings.get(input.listingId)
  const view = viewOf(input)
  const { total, rows } = await listing.lines(view, input.offset, input.limit, signal)
  return { total, rows: rows.map((row) => rowValue(listing.tree, view, row, listing.lens === 'host')) }
}

function viewOf(input: OperationInput<'changes.rows'>): AskedView {
  const { open, sort, descending, minimumSize = 0, runtime = false, since = 'image' } = input
  return {
    open,
    toggled: input.toggled.map(toldPath),
    kinds: new Set(input.kinds),
    ...(input.types === undefined ? {} : { types: new Set(input.types) }),
    minimumSize,
    search: Buffer.from(input.search, 'utf8').toString('latin1'),
    sort,
    descending,
    runtime,
    since,
  }
}

function rowValue(tree: ChangeTree, view: AskedView, row: VisibleRow, sizesKnown: boolean): RowValue {
  const { node } = row
  const facts = factsIn(tree, view)
  const change = facts.change(node)
  const path = tree.path(node)
  const totals = facts.totalsOf(node)
  const value: RowValue = {
    node,
    depth: row.depth,
    name: shownName(path),
    folded: row.folded.map((one) => shownText(tree.name(one))),
    ...shownPath(path),
    type: change?.type ?? 'directory',
    expandable: row.expandable,
    open: row.open,
    totals,
  }
  if (sizesKnown && tree.childCount(node) > 0) value.size = totals.bytes
  // What is below the root has lines that are not below the root's.
  if (node === rootNode ? tree.isFresh(node) : tree.freshAt(node) > 0) value.fresh = true
  if (change === undefined) return value
  value.kind = change.kind
  addFacts(value, change)
  if (change.linkTarget !== undefined) value.linkTarget = shownText(change.linkTarget)
  if (facts.isRuntime(node)) value.runtime = true
  // What was found out later is about the change against the image.
  return change.kind === tree.kind(node) ? addNotes(value, tree, node) : value
}

function addNotes(value: RowValue, tree: ChangeTree, node: number): RowValue {
  const [lost, moved] = [tree.lost(node), tree.moved(node)]
  if (lost !== undefined) value.lost = { ...lost }
  if (moved === undefined) return value
  value.moved = { ...shownPath(tree.path(moved.node)), by: moved.by }
  return value
}
