import { setImmediate as nextTurn } from 'node:timers/promises'
import { failed } from '../../core/base/failure'

/** Milliseconds of work between two looks at what else there is to do. */
const sliceLength = 8

/** By `performance.now()`, when the first work of the event loop's present turn began; of the module, since a thread has one event loop for all its work. */
let turnBegan: number | undefined

/** Pieces of work that follow each other in one turn, such as batches of a stream that are there already, hold everything up together. */
function beginOfTurn(): number {
  if (turnBegan === undefined) setImmediate(() => (turnBegan = undefined))
  return (turnBegan ??= performance.now())
}

/**
 * Does work that stops at each `yield`, and lets events, answers and other such work in between.
 * @throws FailureError `cancelled`
 */
export async function inSlices<Value>(work: Generator<void, Value>, signal: AbortSignal): Promise<Value> {
  for (;;) {
    if (signal.aborted) throw failed('cancelled', 'The view was changed or left.')
    const until = beginOfTurn() + sliceLength
    do {
      const step = work.next()
      if (step.done === true) return step.value
    } while (performance.now() < until)
    await nextTurn()
  }
}
