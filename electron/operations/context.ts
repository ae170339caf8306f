import { failed } from '../core/failure'
import type { LaminaEvent } from '../contract/events'
import type { HostSession } from '../session/host-session'
import type { Journal } from '../storage/journal'
import type { SettingsFile } from '../storage/settings'
import type { Listings } from './listings'

/** What every handler may use. */
export interface Context {
  readonly sessions: ReadonlyMap<string, HostSession>
  readonly settings: SettingsFile
  readonly journal: Journal
  readonly listings: Listings
  /** Snapshots that this process is at work on. */
  readonly activeSnapshots: Set<string>
  readonly emit: (event: LaminaEvent) => void
  /** Begins to follow a host's events, once. */
  readonly watch: (session: HostSession) => void
}

/** @throws FailureError `unknown-host` */
export function sessionOf(context: Context, hostId: string): HostSession {
  const session = context.sessions.get(hostId)
  if (session === undefined) {
    throw failed(
      'unknown-host',
      `There is no host "${hostId}".`,
      'Look at hosts.list for the hosts that are known.',
    )
  }
  return session
}
