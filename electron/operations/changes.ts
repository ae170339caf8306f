import type { OperationOutput } from '../contract/contract'
import { nameOf } from '../core/byte-path'
import { bytesInUpper, type ChangeWarning } from '../core/change'
import type { VisibleRow } from '../core/change-rows'
import type { ChangeTree } from '../core/change-tree'
import type { ChangeView } from '../core/change-view'
import { whiteoutNameWarning } from '../core/whiteout'
import { changesAgainst, type ComparedSource } from '../session/changes-against'
import { containerChanges, type ChangeSource } from '../session/container-changes'
import { addFacts, changeValue, pathValue, shownText, warningValue } from './change-values'
import { sessionOf } from './context'
import type { Handler } from './handler'
import { Listing } from './listings'

export const listChanges: Handler<'changes.list'> = async (
  context,
  { hostId, containerId, lens },
  signal,
) => {
  const session = await sessionOf(context, hostId, signal)
  const container = await (await session.engine()).container(containerId, signal)
  const source = await containerChanges(session, container, lens, signal)
  const changes: OperationOutput<'changes.list'>['changes'] = []
  const totals = { added: 0, modified: 0, deleted: 0, bytes: 0 }
  const warnings: ChangeWarning[] = []
  // Values are made while the host is still reading, so that they cost no time of their own.
  for await (const batch of source.batches) {
    for (const change of batch) {
      changes.push(changeValue(change))
      totals[change.kind] += 1
      totals.bytes += bytesInUpper(change)
      const warning = change.kind === 'deleted' ? undefined : whiteoutNameWarning(change.path)
      if (warning !== undefined) warnings.push(warning)
    }
  }
  changes.sort((a, b) => (a.path < b.path ? -1 : 1))
  return {
    lens: source.lens,
    ...(source.reason === undefined ? {} : { reason: source.reason }),
    totals,
    warnings: warnings.map(warningValue),
    changes,
  }
}

export const openChanges: Handler<'changes.open'> = async (
  context,
  { hostId, containerId, lens, against },
  signal,
) => {
  const openedAt = performance.now()
  const session = await sessionOf(context, hostId, signal)
  const container = await (await session.engine()).container(containerId, signal)
  const stopping = new AbortController()
  // Until the listing is open, cancelling the call ends it; afterwards only `changes.close` does.
  const cancel = () => {
    stopping.abort()
  }
  signal.addEventListener('abort', cancel)
  try {
    const source: ChangeSource & Partial<Pick<ComparedSource, 'against'>> =
      against === undefined
        ? await containerChanges(session, container, lens, stopping.signal)
        : await changesAgainst(session, container, against, lens, stopping.signal)
    const listing = new Listing(source, stopping, openedAt, context.emit)
    context.listings.add(listing)
    // The caller learns the listing's id before its first event.
    setImmediate(() => void listing.read())
    return {
      listingId: listing.id,
      lens: listing.lens,
      ...(source.reason === undefined ? {} : { reason: source.reason }),
      ...(source.against === undefined
        ? {}
        : { against: { ...source.against, references: [...source.against.references] } }),
    }
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

export const changeRows: Handler<'changes.rows'> = async (context, input, signal) => {
  const listing = context.listings.get(input.listingId)
  const { open, sort, descending, offset, limit, minimumSize = 0 } = input
  const view: ChangeView = {
    open,
    toggled: new Set(input.toggled),
    kinds: new Set(input.kinds),
    ...(input.types === undefined ? {} : { types: new Set(input.types) }),
    minimumSize,
    search: Buffer.from(input.search, 'utf8').toString('latin1'),
    sort,
    descending,
  }
  const { total, rows } = await listing.lines(view, offset, limit, signal)
  return { total, rows: rows.map((row) => rowValue(listing.tree, row, listing.lens === 'host')) }
}

export const closeChanges: Handler<'changes.close'> = (context, { listingId }) =>
  Promise.resolve({ closed: context.listings.close(listingId) })

type RowValue = OperationOutput<'changes.rows'>['rows'][number]

function rowValue(tree: ChangeTree, row: VisibleRow, sizesKnown: boolean): RowValue {
  const change = tree.change(row.node)
  const path = tree.path(row.node)
  const totals = tree.totalsOf(row.node)
  const { pathBytes } = pathValue(path)
  const value: RowValue = {
    node: row.node,
    depth: row.depth,
    name: shownText(nameOf(path)),
    folded: row.folded.map((node) => shownText(tree.name(node))),
    path: shownText(path),
    type: change?.type ?? 'directory',
    expandable: row.expandable,
    open: row.open,
    totals,
  }
  if (pathBytes !== undefined) value.pathBytes = pathBytes
  if (sizesKnown && tree.childCount(row.node) > 0) value.size = totals.bytes
  if (change === undefined) return value
  value.kind = change.kind
  addFacts(value, change)
  if (change.linkTarget !== undefined) value.linkTarget = shownText(change.linkTarget)
  return value
}
