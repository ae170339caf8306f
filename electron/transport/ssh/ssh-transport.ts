import { failed } from '../../core/failure'
import type { Transport } from '../transport'
import type { ResolvedHost } from './hop-settings'

/** A line of a host's connection log; never holds a secret. `time` in milliseconds since 1970. */
export interface LogEntry {
  readonly time: number
  readonly text: string
}

export interface SshTransport extends Transport {
  /** What happened on the way to this host and since, the oldest first; the newest thousand lines. */
  log(): readonly LogEntry[]
  /** What ssh_config says and Lamina does not follow, as of the last attempt. */
  warnings(): readonly string[]
}

/** A host over SSH: one connection that everything shares. `resolve` is asked anew for each attempt, so that an edited ssh_config counts. */
export function openSshTransport(options: {
  readonly resolve: (signal: AbortSignal) => Promise<ResolvedHost>
}): SshTransport {
  void options
  throw failed('internal', 'not yet')
}
