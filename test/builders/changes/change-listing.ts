import type { ChangeRow, Progress } from '../../../renderer/src/stores/changes/changes'

/** A line of a listing as the main process answers it. */
export function aChangeRow(some: Partial<ChangeRow> & { readonly node: number }): ChangeRow {
  return {
    depth: 0,
    name: `n${String(some.node)}`,
    folded: [],
    path: `/n${String(some.node)}`,
    kind: 'added',
    type: 'file',
    expandable: false,
    open: false,
    totals: { added: 1, modified: 0, deleted: 0, bytes: 0 },
    ...some,
  }
}

/** What a listing tells when it is complete. */
export function someProgress(some: Partial<Progress> & { readonly version: number }): Progress {
  const none = { added: 0, modified: 0, deleted: 0, bytes: 0 }
  return {
    listingId: 'l1',
    totals: none,
    warnings: [],
    state: 'complete',
    lens: 'host',
    notes: 'complete',
    notesLeftOut: [],
    runtime: 0,
    sinceOpened: none,
    fresh: 0,
    live: { on: true },
    elapsed: 1,
    ...some,
  }
}
