import { once } from 'node:events'
import { failed, FailureError, type Failure } from '../../core/base/failure'

export const listingClosed: Failure = {
  kind: 'listing-closed',
  message: 'This listing is not open any more.',
  remedy: 'Open the container again.',
}

/** When and how the reading of a listing ended; the last word counts. */
export class ListingEnd {
  readonly #target = new EventTarget()
  #told: { readonly failure: Failure | undefined } | undefined

  /** Without a failure: everything was read. */
  tell(failure: Failure | undefined): void {
    this.#told = { failure }
    this.#target.dispatchEvent(new Event('end'))
  }

  /** Waits for the end. @throws FailureError the failure that it ended with, `cancelled` */
  async reached(signal: AbortSignal): Promise<void> {
    if (this.#told === undefined && !signal.aborted)
      await once(this.#target, 'end', { signal }).catch(() => undefined)
    if (this.#told === undefined) throw failed('cancelled', 'Waiting for the listing was cancelled.')
    const { failure } = this.#told
    if (failure !== undefined) throw new FailureError(failure)
  }
}
