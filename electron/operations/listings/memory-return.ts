import { getHeapStatistics } from 'node:v8'

/** Changes that were let go of and are worth a collection: some ten megabytes. */
const worthIt = 100_000
/** Milliseconds after which what was closed has let go of everything. */
const lettingGo = 3000
/** Bytes in use of V8's heap. A collection goes through them; it holds nothing up for long where there are fewer. */
const smallHeap = 192 * 1024 * 1024
/** Bytes by which a larger heap grows or shrinks in `lettingGo` where somebody works in it, who makes V8 collect by itself. */
const worked = 16 * 1024 * 1024
/** How often a collection is put off for such work. */
const attempts = 5

/** Goes through what this thread has in use and gives the rest back to the system. */
export type CollectGarbage = () => Promise<void>

/**
 * Gives the memory of large answers back once nobody has them any more. Nothing makes V8 look for what is not in use while next to nothing is
 * allocated: a process that rests kept the columns of a closed listing for as long as it rested (docs/decisions/0020).
 */
export class MemoryReturn {
  readonly #collect: CollectGarbage
  readonly #heapInUse: () => number
  #changes = 0
  #timer: NodeJS.Timeout | undefined

  /** @param heapInUse bytes */
  constructor(
    collect: CollectGarbage = collectThroughInspector,
    heapInUse = () => getHeapStatistics().used_heap_size,
  ) {
    this.#collect = collect
    this.#heapInUse = heapInUse
  }

  /** So many changes, a node of a tree or an entry of a list each, are not needed any more. */
  gaveUp(changes: number): void {
    this.#changes += changes
    if (this.#changes >= worthIt && this.#timer === undefined) this.#later(attempts, 0)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #later(left: number, before: number): void {
    this.#timer = setTimeout(() => {
      const inUse = this.#heapInUse()
      if (left > 0 && inUse > smallHeap && Math.abs(inUse - before) > worked) {
        this.#later(left - 1, inUse)
        return
      }
      this.#timer = undefined
      this.#changes = 0
      // Not every Node has an inspector; what it would have given back goes with the next collection of V8's own.
      void this.#collect().catch(() => undefined)
    }, lettingGo).unref()
  }
}

/** HeapProfiler.collectGarbage of the inspector's protocol, in this thread: no port is opened, and nobody else hears of it. */
async function collectThroughInspector(): Promise<void> {
  const { Session } = await import('node:inspector/promises')
  const session = new Session()
  session.connect()
  try {
    await session.post('HeapProfiler.collectGarbage')
  } finally {
    session.disconnect()
  }
}
