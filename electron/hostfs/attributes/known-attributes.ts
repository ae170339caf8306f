import type { RawAttributes } from '../overlay/attributes-by-getfattr'
import { attributesAt } from './attributes-at'
import { equalAttributes, type PathPair } from './equal-attributes'
import type { HostFiles } from '../host/host-files'

const none: RawAttributes = new Map()

/** Extended attributes of the host's paths, some of which are learned before they are asked for, so that one command serves several questions. */
export class KnownAttributes {
  readonly #host: HostFiles
  /** Of what was learned ahead; empty for what has none. */
  #ahead: ReadonlyMap<string, RawAttributes> = new Map()

  constructor(host: HostFiles) {
    this.#host = host
  }

  /** Learns these paths at once, and forgets what was learned before. The host must have getfattr. */
  async learn(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, RawAttributes>> {
    const found = await attributesAt(this.#host, paths, signal)
    this.#ahead = new Map(paths.map((path) => [path, found.get(path) ?? none]))
    return found
  }

  forget(): void {
    this.#ahead = new Map()
  }

  /** As `equalAttributes`. */
  async equal(pairs: readonly PathPair[], signal: AbortSignal): Promise<boolean[] | undefined> {
    return await equalAttributes(this.#host, pairs, signal, this.#ahead)
  }
}
