import type { HostConnection, KnownHost } from '../../stores/hosts'

/** What is said of a host in a few words. */
export type HostStanding =
  | { readonly kind: 'connected' | 'connecting' | 'disconnected' | 'stopped' }
  /** Lost, and tried again by itself. */
  | { readonly kind: 'waiting'; readonly seconds: number }
  /** Lost, and being tried again right now. */
  | { readonly kind: 'retrying' }

/** How a host stands at a moment, in milliseconds since 1970. A host nobody has opened is disconnected. */
export function standingOf(connection: HostConnection | undefined, now: number): HostStanding {
  switch (connection?.state) {
    case undefined:
    case 'disconnected':
      return { kind: 'disconnected' }
    case 'connected':
      return { kind: 'connected' }
    case 'connecting':
      return { kind: connection.failure === undefined ? 'connecting' : 'retrying' }
    case 'lost':
      if (connection.retryAt === undefined) return { kind: 'stopped' }
      return { kind: 'waiting', seconds: Math.max(0, Math.ceil((connection.retryAt - now) / 1000)) }
  }
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
      return 'warn'
    case 'waiting':
    case 'stopped':
      return 'bad'
  }
}

/** Whether `HostTrouble` has something to say: of this machine's first connection it says nothing. */
export function isTroubleShown(host: KnownHost | undefined, connection: HostConnection | undefined): boolean {
  if (connection?.state === 'connected') return false
  if (connection?.state === 'lost' || connection?.failure !== undefined) return true
  return host?.kind === 'ssh'
}
