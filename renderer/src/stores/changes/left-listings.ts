import type { OperationOutput } from '../../../../electron/contract/contract'
import type { EventPayload } from '../../../../electron/contract/events'
import { call } from '../../bridge/call'

/** A listing that is complete, and what it told last. */
export interface LeftListing {
  readonly hostId: string
  readonly listing: OperationOutput<'changes.open'>
  progress: EventPayload<'changes.progressed'>
}

/** Listings that wait, and changes in all of them together; each change takes about a hundred bytes. */
const most = { listings: 8, changes: 200_000 }

/** Listings that a person may come back to. They rest meanwhile; what each has since it was opened goes on from there. */
export function createLeftListings() {
  /** The one that was left last at the end. */
  const left = new Map<string, LeftListing>()

  function leave(key: string, one: LeftListing): void {
    drop(key)
    left.set(key, one)
    void call('changes.rest', { listingId: one.listing.listingId, resting: true })
    for (const oldest of [...left.keys()]) if (isTooMuch()) drop(oldest)
  }

  function isTooMuch(): boolean {
    const changes = [...left.values()].reduce((sum, { progress }) => sum + changesIn(progress), 0)
    return left.size > most.listings || changes > most.changes
  }

  /** The listing that was left, which looks by itself again. */
  function take(key: string): LeftListing | undefined {
    const one = left.get(key)
    left.delete(key)
    if (one !== undefined) void call('changes.rest', { listingId: one.listing.listingId, resting: false })
    return one
  }

  function drop(key: string): void {
    const one = left.get(key)
    left.delete(key)
    if (one !== undefined) void call('changes.close', { listingId: one.listing.listingId })
  }

  function dropHost(hostId: string): void {
    for (const [key, one] of [...left]) if (one.hostId === hostId) drop(key)
  }

  function progressed(event: EventPayload<'changes.progressed'>): void {
    for (const one of left.values()) if (one.listing.listingId === event.listingId) one.progress = event
  }

  return { leave, take, dropHost, progressed }
}

function changesIn({ totals }: EventPayload<'changes.progressed'>): number {
  return totals.added + totals.modified + totals.deleted
}
