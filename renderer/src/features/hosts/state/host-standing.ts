import { localHost } from '../../../stores/place/place'
import type { HostConnection, KnownHost } from '../../../stores/hosts/hosts'

/** What is said of a host in a few words. */
export type HostStanding =
  | { readonly kind: 'connected' | 'connecting' | 'disconnected' | 'stopped' }
  /** Lost, and tried again by itself. */
  | { readonly kind: 'waiting'; readonly seconds: number }
  /** Lost, and being tried again right now. */
  | { readonly kind: 'retrying' }
  /** Connected, while its engine answers nothing for so long. */
  | { readonly kind: 'silent'; readonly seconds: number }

/** How a host stands at a moment, in milliseconds since 1970. A host nobody has opened is disconnected. */
export function standingOf(connection: HostConnection | undefined, now: number): HostStanding {
  switch (connection?.state) {
    case undefined:
    case 'disconnected':
      return { kind: 'disconnected' }
    case 'connected':
      if (connection.silence === undefined) return { kind: 'connected' }
      return { kind: 'silent', seconds: secondsBetween(Date.parse(connection.silence.since), now) }
    case 'connecting':
      return { kind: connection.failure === undefined ? 'connecting' : 'retrying' }
    case 'lost':
      if (connection.retryAt === undefined) return { kind: 'stopped' }
      return { kind: 'waiting', seconds: secondsBetween(now, connection.retryAt) }
  }
}

function secondsBetween(from: number, to: number): number {
  return Math.max(0, Math.ceil((to - from) / 1000))
}

/** The seconds that the words for a standing name; 0 where they name none. */
export function secondsOf(standing: HostStanding): number {
  return 'seconds' in standing ? standing.seconds : 0
}

/** Class of the dot that stands for it. */
export function hostDot({ kind }: HostStanding): 'on' | 'off' | 'warn' | 'bad' {
  switch (kind) {
    case 'connected':
      return 'on'
    case 'disconnected':
      return 'off'
    case 'connecting':
    case 'retrying':
    case 'silent':
      return 'warn'
    case 'waiting':
    case 'stopped':
      return 'bad'
  }
}

/** Whether `HostTrouble` has something to say: of this machine's first connection it says nothing. */
export function isTroubleShown(host: KnownHost | undefined, connection: HostConnection | undefined): boolean {
  if (connection?.state === 'connected') return connection.silence !== undefined
  if (connection?.state === 'lost' || connection?.failure !== undefined) return true
  if (host?.kind === 'ssh') return true
  return host !== undefined && host.hostId !== localHost && connection?.state !== 'connecting'
}
