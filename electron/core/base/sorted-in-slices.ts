/** Items that are sorted at once. */
const run = 2048
/** Items moved between two points where other work may go first. */
const slice = 8192

/** Sorts items (a merge sort, stable) and stops at each `yield`, for a million at once would hold up everything else. */
export function* sortedInSlices(
  items: Int32Array,
  compare: (a: number, b: number) => number,
): Generator<void, Int32Array> {
  for (let start = 0; start < items.length; start += run) {
    items.subarray(start, start + run).sort(compare)
    yield
  }
  let from = items
  let into: Int32Array = new Int32Array(items.length)
  for (let width = run; width < items.length; width *= 2) {
    for (let start = 0; start < items.length; start += 2 * width) {
      const middle = Math.min(start + width, items.length)
      const end = Math.min(middle + width, items.length)
      for (let left = start, right = middle, at = start; at < end; at += 1) {
        if (at % slice === 0) yield
        const [a = 0, b = 0] = [from[left], from[right]]
        const takesLeft = left < middle && (right >= end || compare(a, b) <= 0)
        into[at] = takesLeft ? a : b
        if (takesLeft) left += 1
        else right += 1
      }
    }
    ;[from, into] = [into, from]
  }
  return from
}
