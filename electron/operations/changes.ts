import type { OperationOutput } from '../contract/contract'
import { nameOf } from '../core/byte-path'
import { bytesInUpper, type Change, type ChangeTotals } from '../core/change'
import type { VisibleRow } from '../core/change-rows'
import type { ChangeTree } from '../core/change-tree'
import { whiteoutNameWarning } from '../core/whiteout'
import { containerChanges } from '../session/container-changes'
import { changeValue, factsOf, pathValue, shownText, warningValue } from './change-values'
import { sessionOf } from './context'
import type { Handler } from './handler'
import { Listing } from './listings'

export const listChanges: Handler<'changes.list'> = async (
  context,
  { hostId, containerId, lens },
  signal,
) => {
  const session = sessionOf(context, hostId)
  const container = await (await session.engine()).container(containerId, signal)
  const source = await containerChanges(session, container, lens, signal)
  const changes: Change[] = []
  for await (const batch of source.batches) for (const change of batch) changes.push(change)
  changes.sort((a, b) => (a.path < b.path ? -1 : 1))
  const present = changes.filter((change) => change.kind !== 'deleted')
  return {
    lens: source.lens,
    ...(source.reason === undefined ? {} : { reason: source.reason }),
    totals: totalsOf(changes),
    warnings: present
      .map((change) => whiteoutNameWarning(change.path))
      .filter((w) => w !== undefined)
      .map(warningValue),
    changes: changes.map(changeValue),
  }
}

export const openChanges: Handler<'changes.open'> = async (
  context,
  { hostId, containerId, lens },
  signal,
) => {
  const openedAt = performance.now()
  const session = sessionOf(context, hostId)
  const container = await (await session.engine()).container(containerId, signal)
  const stopping = new AbortController()
  // Until the listing is open, cancelling the call ends it; afterwards only `changes.close` does.
  const cancel = () => {
    stopping.abort()
  }
  signal.addEventListener('abort', cancel)
  try {
    const source = await containerChanges(session, container, lens, stopping.signal)
    const listing = new Listing(source, stopping, openedAt, context.emit)
    context.listings.add(listing)
    // The caller learns the listing's id before its first event.
    setImmediate(() => void listing.read())
    return {
      listingId: listing.id,
      lens: listing.lens,
      ...(source.reason === undefined ? {} : { reason: source.reason }),
    }
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

export const changeRows: Handler<'changes.rows'> = (context, input) => {
  const listing = context.listings.get(input.listingId)
  const rows = listing.rows({
    open: input.open,
    toggled: new Set(input.toggled),
    kinds: new Set(input.kinds),
    search: Buffer.from(input.search, 'utf8').toString('latin1').toLowerCase(),
    sort: input.sort,
    descending: input.descending,
  })
  const shown = rows.slice(input.offset, input.offset + input.limit)
  return Promise.resolve({
    total: rows.length,
    rows: shown.map((row) => rowValue(listing.tree, row, listing.lens === 'host')),
  })
}

export const closeChanges: Handler<'changes.close'> = (context, { listingId }) =>
  Promise.resolve({ closed: context.listings.close(listingId) })

type RowValue = OperationOutput<'changes.rows'>['rows'][number]

function rowValue(tree: ChangeTree, row: VisibleRow, sizesKnown: boolean): RowValue {
  const change = tree.change(row.node)
  const path = tree.path(row.node)
  const totals = tree.totalsOf(row.node)
  const expandable = tree.childCount(row.node) > 0
  const { pathBytes } = pathValue(path)
  return {
    node: row.node,
    depth: row.depth,
    name: shownText(nameOf(path)),
    folded: row.folded.map((node) => shownText(tree.name(node))),
    path: shownText(path),
    ...(pathBytes === undefined ? {} : { pathBytes }),
    ...(change === undefined ? {} : { kind: change.kind }),
    type: change?.type ?? 'directory',
    expandable,
    open: row.open,
    ...(sizesKnown && expandable ? { size: totals.bytes } : {}),
    ...(change === undefined ? {} : shownFacts(change)),
    totals,
  }
}

function shownFacts(change: Change): ReturnType<typeof factsOf> {
  const { linkTarget, ...facts } = factsOf(change)
  return linkTarget === undefined ? facts : { ...facts, linkTarget: shownText(change.linkTarget ?? '') }
}

function totalsOf(changes: readonly Change[]): ChangeTotals {
  const totals = { added: 0, modified: 0, deleted: 0, bytes: 0 }
  for (const change of changes) {
    totals[change.kind] += 1
    totals.bytes += bytesInUpper(change)
  }
  return totals
}
