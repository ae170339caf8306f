/** Runs work that stops at each `yield` to its end and gives what it returns. */
export function finished<Value>(work: Generator<void, Value>): Value {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}
