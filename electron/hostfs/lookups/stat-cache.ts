import type { HostFiles } from '../host/host-files'
import { statPaths, type HostStat } from './stat-paths'

/** Stats of the host's paths, some of which are learned before they are asked for, so that one round trip serves several questions. */
export class KnownStats {
  readonly #host: HostFiles
  /** Of what was learned ahead; without a stat what is not there. */
  #ahead = new Map<string, HostStat | undefined>()

  constructor(host: HostFiles) {
    this.#host = host
  }

  /** Learns these paths at once, and forgets what was learned before. */
  async learn(paths: readonly string[], signal: AbortSignal): Promise<void> {
    this.forget()
    const found = await statPaths(this.#host, paths, signal)
    this.#ahead = new Map(paths.map((path) => [path, found.get(path)]))
  }

  forget(): void {
    this.#ahead = new Map()
  }

  /** As `statPaths`: those that are there. */
  async of(paths: readonly string[], signal: AbortSignal): Promise<Map<string, HostStat>> {
    const unknown = paths.filter((path) => !this.#ahead.has(path))
    const stats = await statPaths(this.#host, unknown, signal)
    if (unknown.length === paths.length) return stats
    for (const path of paths) {
      const stat = this.#ahead.get(path)
      if (stat !== undefined) stats.set(path, stat)
    }
    return stats
  }
}
