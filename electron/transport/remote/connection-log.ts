import { displayName } from '../../core/base/display-name'

/** A line of a host's connection log; never holds a secret. `time` in milliseconds since 1970. */
export interface LogEntry {
  readonly time: number
  readonly text: string
}

const keptLines = 1000
const longestLine = 500

/** What happened on the way to a host, for people who look for what went wrong. */
export class ConnectionLog {
  readonly #entries: LogEntry[] = []

  /** `text` may hold what a server said; what acts on a display is made visible. */
  add(text: string): void {
    this.#entries.push({ time: Date.now(), text: displayName(text.trim()).slice(0, longestLine) })
    if (this.#entries.length > keptLines) this.#entries.shift()
  }

  entries(): readonly LogEntry[] {
    return [...this.#entries]
  }
}
