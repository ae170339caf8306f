import { shallowReactive } from 'vue'
import type { Failure, Result } from '../../../electron/core/base/failure'

/** Something asked for from the main process: what came last, what went wrong last, and whether an answer is awaited. */
export interface Resource<Value> {
  /** The last good answer; it stays while a later one fails, so that a failure is never taken for emptiness. */
  readonly value: Value | undefined
  readonly failure: Failure | undefined
  readonly loading: boolean
  /** Asks again. Calls during an answer's way are put together into one more. */
  refresh(): Promise<void>
  /** Ends what is under way; later answers are dropped. */
  close(): void
}

export function createResource<Value>(
  load: (signal: AbortSignal) => Promise<Result<Value>>,
): Resource<Value> {
  let current: Promise<void> | undefined
  let again = false
  let aborter = new AbortController()

  async function run(): Promise<void> {
    const { signal } = aborter
    do {
      again = false
      state.loading = true
      const result = await load(signal)
      if (signal.aborted) return
      if (result.ok) state.value = result.value
      state.failure = result.ok ? undefined : result.failure
    } while (again)
    state.loading = false
    current = undefined
  }

  const state = shallowReactive({
    value: undefined as Value | undefined,
    failure: undefined as Failure | undefined,
    loading: false,
    refresh(): Promise<void> {
      if (current === undefined) current = run()
      else again = true
      return current
    },
    close(): void {
      aborter.abort()
      aborter = new AbortController()
      current = undefined
      state.loading = false
    },
  })
  return state
}
