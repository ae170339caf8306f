/** Values so many at a time, made no earlier than they are wanted. */
export function* inBatches<Value>(values: Iterable<Value>, size: number): Generator<Value[]> {
  let some: Value[] = []
  for (const value of values) {
    some.push(value)
    if (some.length < size) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}
