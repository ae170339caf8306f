/** A request that an engine has and has not begun to answer. */
export interface WaitingRequest {
  /** As `GET /containers/json`: without the version and the query, which may be long, and with ids as the engines' tools show them. */
  readonly request: string
  /** When the engine was asked, in milliseconds since 1970. */
  readonly since: number
}

/** A path without the version, and with ids as the engines' tools show them. */
export function shownPath(path: string): string {
  return path.replace(/^\/v\d+(?:\.\d+)*(?:-[a-z0-9.]+)?(?=\/)/, '').replace(longId, '$1')
}

/** An id of 64 digits, and its first twelve. */
const longId = /\b(?:sha256:|sha256%3A)?([0-9a-f]{12})[0-9a-f]{52}\b/g

/** A request as `WaitingRequest` has it. */
export function shownRequest(method: string, path: string): string {
  return `${method} ${shownPath(path)}`
}

/** The requests that an engine has, the oldest first. */
export class WaitingRequests {
  readonly #waiting = new Set<WaitingRequest>()

  /** Notes a request; the function that is given ends it. */
  begin(method: string, path: string): () => void {
    const waiting = { request: shownRequest(method, path), since: Date.now() }
    this.#waiting.add(waiting)
    return () => void this.#waiting.delete(waiting)
  }

  get oldest(): WaitingRequest | undefined {
    const [oldest] = this.#waiting
    return oldest
  }
}
