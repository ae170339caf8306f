import { shallowReactive } from 'vue'
import type { Failure, Result } from '../../../../electron/core/base/failure'
import type { OperationOutput } from '../../../../electron/contract/contract'
import { bytesFromBase64, joined } from './content-bytes'

type Part = OperationOutput<'content.read'>
/** What a version is, without its bytes. */
export type ContentFacts = Omit<Part, 'bytes' | 'offset' | 'end'>

/** The most bytes of one version that the window holds; what lies after them can be saved. */
const mostHeld = 8 * 1024 * 1024

/** One version of a path as far as it was read, from its first byte on. */
export interface ContentVersion {
  /** Nothing before the first answer. */
  readonly facts: ContentFacts | undefined
  readonly bytes: Uint8Array
  /** Whether nothing follows these bytes. */
  readonly isWhole: boolean
  /** Whether more may be asked for. */
  readonly canGrow: boolean
  readonly isReading: boolean
  /** Whether a later part belongs to another content than the first one. */
  readonly isTorn: boolean
  readonly failure: Failure | undefined
  /** Reads the next part; after a failure the same one again. */
  readMore(): Promise<void>
  /** Ends what is under way. */
  close(): void
}

const nothing: Uint8Array = new Uint8Array()

export function createContentVersion(
  read: (offset: number, signal: AbortSignal) => Promise<Result<Part>>,
): ContentVersion {
  const aborter = new AbortController()

  async function readMore(): Promise<void> {
    if (state.isReading || state.isWhole || !state.canGrow) return
    const { signal } = aborter
    state.isReading = true
    const result = await read(state.bytes.length, signal)
    if (signal.aborted) return
    state.isReading = false
    state.failure = result.ok ? undefined : result.failure
    if (!result.ok) return
    take(result.value)
    // A part of a picture shows nothing of use.
    if (state.facts?.kind === 'image') await readMore()
  }

  function take({ bytes, offset: _offset, end, ...facts }: Part): void {
    if (state.facts === undefined) state.facts = facts
    else if (isOther(state.facts, facts)) {
      state.isTorn = true
      state.canGrow = false
      return
    }
    const part = bytesFromBase64(bytes)
    state.bytes = state.bytes.length === 0 ? part : joined(state.bytes, part)
    state.isWhole = end
    state.canGrow = !end && state.bytes.length < mostHeld
  }

  const state = shallowReactive({
    facts: undefined as ContentFacts | undefined,
    bytes: nothing,
    isWhole: false,
    canGrow: true,
    isReading: false,
    isTorn: false,
    failure: undefined as Failure | undefined,
    readMore,
    close(): void {
      aborter.abort()
      state.isReading = false
      state.canGrow = false
    },
  })
  return state
}

/** A file that was only appended to still begins with what was read. */
function isOther(first: ContentFacts, later: ContentFacts): boolean {
  return !later.exists || first.type !== later.type || (later.size ?? 0) < (first.size ?? 0)
}
