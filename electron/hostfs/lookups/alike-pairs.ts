import { equalAttributes } from '../attributes/equal-attributes'
import { equalDigests, mostBytesCompared, type FilePair } from './equal-digests'
import type { HostFiles } from '../host/host-files'

/** Two versions of a path that have the same facts, and whether only their content can tell more. */
export interface AlikePair extends FilePair {
  readonly isUnsure: boolean
}

/**
 * Tells what an engine copied from the image into a container's own layer only to give it another owner: it has the same content and
 * attributes there.
 */
export class EngineCopies {
  readonly #host: HostFiles
  #bytesLeft = mostBytesCompared

  constructor(host: HostFiles) {
    this.#host = host
  }

  /** Whether each is such a copy. @throws FailureError `command-failed` */
  async among(alike: readonly AlikePair[], signal: AbortSignal): Promise<boolean[]> {
    const files = alike.filter(({ isUnsure }) => isUnsure)
    const equal = await equalDigests(this.#host, files, this.#bytesLeft, signal)
    for (const { size } of files) this.#bytesLeft -= size * 2
    const same = new Set(files.filter((_, at) => equal[at] === true))
    const marked = await equalAttributes(this.#host, alike, signal)
    return alike.map((pair, at) => (!pair.isUnsure || same.has(pair)) && marked?.[at] !== false)
  }
}
