import { setImmediate } from 'node:timers/promises'
import { failed } from '../core/failure'

/** Milliseconds of work between two looks at what else there is to do. */
const sliceLength = 8

/**
 * Does work that stops at each `yield`, and lets events, answers and other such work in between.
 * @throws FailureError `cancelled`
 */
export async function inSlices<Value>(work: Generator<void, Value>, signal: AbortSignal): Promise<Value> {
  for (;;) {
    if (signal.aborted) throw failed('cancelled', 'The view was changed or left.')
    const until = performance.now() + sliceLength
    do {
      const step = work.next()
      if (step.done === true) return step.value
    } while (performance.now() < until)
    await setImmediate()
  }
}
