import type { EventName, EventPayload, LaminaEvent } from '../../../electron/contract/events'
import './lamina-bridge'

/** Listens to one kind of event; gives the function that ends it. */
export function subscribe<Name extends EventName>(
  name: Name,
  listener: (payload: EventPayload<Name>) => void,
): () => void {
  return window.lamina.onEvent((event) => {
    // The main process sends the contract's events only.
    const { name: happened, payload } = event as LaminaEvent
    if (happened === name) listener(payload as EventPayload<Name>)
  })
}
