type Numbers = Int8Array | Uint8Array | Int16Array | Int32Array | Uint32Array | Float64Array

/** Makes an array of that many values, all 0, or one on a part of a buffer. */
interface MakeNumbers<Values> {
  new (length: number): Values
  new (buffer: ArrayBuffer, start: number, length: number): Values
  readonly BYTES_PER_ELEMENT: number
}

/** Values by which more is made ready at a time. */
const step = 2048
/** Up to so many values an array is doubled, which takes a millisecond or two at most. */
const small = 32 * 1024
/** Bytes of the array that comes then; after it a column has a memory of its own, which grows where it lies. */
const large = 32 * 1024 * 1024
/**
 * Large arrays are parts of linear memories of WebAssembly, of this many bytes each: they come from the kernel as pages that take no
 * memory before they are written to, and go back to it. What an ArrayBuffer gets may have been in use before, and all of it is
 * cleared first; in Electron it is never given back (docs/decisions/0010).
 */
const shared = 256 * 1024 * 1024
/** Bytes that a memory of one column may have. */
const longest = 2 * 1024 * 1024 * 1024
/** Bytes of a page (WebAssembly specification, memory instances). */
const pageBytes = 65_536

interface LinearMemory {
  /** Another one after each growth; the one before has no bytes any more. */
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

/** ECMAScript's library of types has no part for it, and this layer uses nothing else of the web's or Node's. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => LinearMemory
}

/** The buffer that has room left. Held weakly: it goes with the last array that is a part of it. */
let latest: { readonly buffer: WeakRef<ArrayBuffer>; used: number } | undefined

/**
 * A typed array that grows: one fact of every node of a tree, by the node's number. A large array costs most when its memory is
 * touched first, so that nothing is touched before it is needed, and most of it once.
 */
export class Column<Values extends Numbers> {
  /** Longer than what is ready; another array after each growth, so nobody keeps it while the tree may grow. */
  values: Values
  readonly #make: MakeNumbers<Values>
  readonly #empty: number
  readonly #largestShared: number
  #own: LinearMemory | undefined
  /** Up to this length there is a value or `empty`; beyond there is nothing to be read. */
  #ready: number

  /** `empty` stands where nothing was written yet. One that is `long` has a memory of its own as soon as it is large. */
  constructor(make: MakeNumbers<Values>, empty: number, capacity: number, isLong = false) {
    this.#make = make
    this.#empty = empty
    this.#largestShared = isLong ? 0 : large
    this.values = new make(capacity).fill(empty) as Values
    this.#ready = capacity
  }

  /** Makes room for so many values. */
  reserve(length: number): void {
    if (length <= this.#ready) return
    if (length > this.values.length) this.#grow(length)
    const until = Math.min(length + step, this.values.length)
    // New memory is all 0; what nobody writes to takes none.
    if (this.#empty !== 0) this.values.fill(this.#empty, this.#ready, until)
    this.#ready = until
  }

  /**
   * Whether there is a place for this value; one is made unless it is the empty one, so that a column to which no other is written takes no memory.
   * The caller writes: code that reads or writes arrays of many types is slow for each of them.
   */
  holds(index: number, value: number): boolean {
    if (index < this.#ready) return true
    if (Object.is(value, this.#empty)) return false
    this.reserve(index + 1)
    return true
  }

  /** Whether a value may have been written there; beyond there is nothing to be read. */
  has(index: number): boolean {
    return index < this.#ready
  }

  /** Makes all of it empty. */
  clear(): void {
    this.values.fill(this.#empty, 0, this.#ready)
  }

  /** A value that may be beyond what was reserved. */
  at(index: number): number {
    return index < this.#ready ? (this.values[index] ?? this.#empty) : this.#empty
  }

  #grow(length: number): void {
    const old = this.values
    const doubled = Math.max(length, old.length * 2)
    const isAlone = doubled > small && doubled * this.#make.BYTES_PER_ELEMENT > this.#largestShared
    if (isAlone && this.#grewInPlace(length)) return
    if (isAlone) this.values = this.#arrayAlone(doubled)
    else this.values = doubled <= small ? new this.#make(doubled) : sharedArray(this.#make)
    this.values.set(old.subarray(0, this.#ready))
  }

  #arrayAlone(length: number): Values {
    const bytes = Math.max(length * this.#make.BYTES_PER_ELEMENT, shared)
    this.#own = untouched(bytes, Math.max(bytes, longest))
    return this.#in(this.#own)
  }

  /** Nothing is copied and nothing is touched, where the memory has addresses left. */
  #grewInPlace(length: number): boolean {
    const own = this.#own
    if (own === undefined) return false
    const missing = length * this.#make.BYTES_PER_ELEMENT - own.buffer.byteLength
    try {
      own.grow(Math.ceil(Math.max(missing, shared) / pageBytes))
    } catch {
      return false
    }
    this.values = this.#in(own)
    return true
  }

  #in({ buffer }: LinearMemory): Values {
    return new this.#make(buffer, 0, Math.floor(buffer.byteLength / this.#make.BYTES_PER_ELEMENT))
  }
}

/** An array of 32 MiB, none of which was ever touched. */
function sharedArray<Values extends Numbers>(make: MakeNumbers<Values>): Values {
  let buffer = latest?.buffer.deref()
  if (latest === undefined || buffer === undefined || latest.used + large > buffer.byteLength) {
    buffer = untouched(shared, shared).buffer
    latest = { buffer: new WeakRef(buffer), used: 0 }
  }
  const start = latest.used
  latest.used += large
  return new make(buffer, start, large / make.BYTES_PER_ELEMENT)
}

function untouched(bytes: number, mostBytes: number): LinearMemory {
  const [initial, maximum] = [Math.ceil(bytes / pageBytes), Math.ceil(mostBytes / pageBytes)]
  return new WebAssembly.Memory({ initial, maximum })
}
