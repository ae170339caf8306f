import type { LaminaEvent } from '../../contract/events'
import { FailureError } from '../../core/base/failure'
import type { Listing } from './listing'
import { listingClosed } from './completion'

/** Listings that may be open at once. A page that was loaded anew leaves its own open, and a loop may open any number. */
export const mostListings = 64

/** The listings that are open, by id; of too many, the one that was not asked for the longest is closed. */
export class Listings {
  /** The one that was asked for last at the end. */
  readonly #open = new Map<string, Listing>()
  readonly #gaveUp: (nodes: number) => void

  /** `gaveUp` is told how many nodes a closed listing had. */
  constructor(gaveUp: (nodes: number) => void = () => undefined) {
    this.#gaveUp = gaveUp
  }

  add(listing: Listing): void {
    this.#open.set(listing.id, listing)
    const [oldest] = this.#open.keys()
    if (this.#open.size > mostListings && oldest !== undefined) this.close(oldest)
  }

  /** @throws FailureError `listing-closed` */
  get(listingId: string): Listing {
    const listing = this.#open.get(listingId)
    if (listing === undefined) throw new FailureError(listingClosed)
    this.#open.delete(listingId)
    this.#open.set(listingId, listing)
    return listing
  }

  /** Gives the listing that was open until now. */
  close(listingId: string): Listing | undefined {
    const listing = this.#open.get(listingId)
    this.#open.delete(listingId)
    if (listing !== undefined) {
      listing.close()
      this.#gaveUp(listing.tree.size)
    }
    return listing
  }

  closeAll(): void {
    for (const listingId of [...this.#open.keys()]) this.close(listingId)
  }

  /** Lets the listings of a host know that their containers may have started or stopped, or that it is back. */
  hear(event: LaminaEvent): void {
    const isBack = event.name === 'host.changed' && event.payload.state === 'connected'
    if (event.name !== 'containers.changed' && !isBack) return
    for (const listing of this.#open.values())
      if (listing.hostId === event.payload.hostId) listing.mayHaveChanged()
  }
}
