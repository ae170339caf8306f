import type { Failure } from '../../../../electron/core/base/failure'
import type { OperationOutput } from '../../../../electron/contract/contract'
import type { EventPayload } from '../../../../electron/contract/events'

export type HostDescription = OperationOutput<'hosts.describe'>

/** How a host stands. */
export interface HostConnection {
  readonly state: 'connecting' | 'connected' | 'lost' | 'disconnected'
  /** Stays while the host is away: what it was when it was last seen. */
  readonly description?: HostDescription
  /** Why it is lost, or why it could not be connected. */
  readonly failure?: Failure
  /** Milliseconds since 1970 of the next attempt, while lost; without it nothing is tried until a person asks. */
  readonly retryAt?: number
  /** Why its lists do not follow what happens in the engine, and are looked at again now and then. */
  readonly notLive?: string
  /** While connected: no answer comes from its engine. */
  readonly silence?: EventPayload<'host.changed'>['silence']
}

/** Nothing comes from the engine of a connected host; what containerd alone keeps waiting is known of another way. */
export function isSilent(connection: HostConnection | undefined): boolean {
  return connection?.silence !== undefined && connection.silence.isPartial !== true
}

/** What a host's event makes of what was known about it; `now` is in milliseconds since 1970. */
export function afterEvent(
  before: HostConnection | undefined,
  event: EventPayload<'host.changed'>,
  now: number,
): HostConnection {
  const description = event.description ?? before?.description
  // The description follows the state, in an event of its own.
  const notLive = event.notLive ?? (event.description && before?.notLive)
  return {
    state: event.state,
    ...(description === undefined ? {} : { description }),
    // An attempt under way keeps the reason of the last one in sight.
    ...(event.failure === undefined
      ? event.state === 'connecting' && before?.failure && { failure: before.failure }
      : { failure: event.failure as Failure }),
    ...(event.retryIn === undefined ? {} : { retryAt: now + event.retryIn }),
    ...(notLive === undefined ? {} : { notLive }),
    ...(event.silence === undefined ? {} : { silence: event.silence }),
  }
}

/** What a failed attempt makes of what was known, which events of the same attempt may have told in more detail. */
export function afterFailure(before: HostConnection | undefined, failure: Failure): HostConnection {
  const { description, retryAt } = before ?? {}
  const kept = description === undefined ? {} : { description }
  if (failure.kind === 'cancelled') return { ...kept, state: 'disconnected' }
  if (before?.state === 'disconnected') return { ...kept, state: 'disconnected', failure }
  return { ...kept, state: 'lost', failure, ...(retryAt === undefined ? {} : { retryAt }) }
}
