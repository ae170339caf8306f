import type { LaminaEvent } from '../contract/events'
import { FailureError } from '../core/failure'
import type { Listing } from './listing'
import { listingClosed } from './listing-end'

/** The listings that are open, by id. */
export class Listings {
  readonly #open = new Map<string, Listing>()

  add(listing: Listing): void {
    this.#open.set(listing.id, listing)
  }

  /** @throws FailureError `listing-closed` */
  get(listingId: string): Listing {
    const listing = this.#open.get(listingId)
    if (listing === undefined) throw new FailureError(listingClosed)
    return listing
  }

  /** Gives the listing that was open until now. */
  close(listingId: string): Listing | undefined {
    const listing = this.#open.get(listingId)
    listing?.close()
    this.#open.delete(listingId)
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
