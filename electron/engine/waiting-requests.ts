/** A request that an engine has and has not begun to answer. */
export interface WaitingRequest {
  /** As `GET /containers/json`: without the version and the query, which may be long. */
  readonly request: string
  /** When the engine was asked, in milliseconds since 1970. */
  readonly since: number
}

/** The requests that an engine has, the oldest first. */
export class WaitingRequests {
  readonly #waiting = new Set<WaitingRequest>()

  /** Notes a request; the function that is given ends it. */
  begin(method: string, path: string): () => void {
    const waiting = { request: `${method} ${path.replace(/^\/v[\d.]+(?=\/)/, '')}`, since: Date.now() }
    this.#waiting.add(waiting)
    return () => void this.#waiting.delete(waiting)
  }

  get oldest(): WaitingRequest | undefined {
    const [oldest] = this.#waiting
    return oldest
  }
}
