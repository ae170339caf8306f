/** Bytes from `from` up to `to`, which is not one of them. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

/** Two differences with fewer equal bytes between them are told as one. */
const smallestGap = 16
/** More are not walked through one by one; the bytes are marked all the same. */
export const mostRanges = 10_000

/** Where two contents differ, byte by byte at the same offset; what only one of them has is a difference too. */
export function differingRanges(one: Uint8Array, other: Uint8Array): ByteRange[] {
  const ranges: ByteRange[] = []
  const shared = Math.min(one.length, other.length)
  const all = Math.max(one.length, other.length)
  let from = -1
  let to = -1
  for (let at = 0; at < shared; at += 1) {
    if (one[at] === other[at]) continue
    if (from !== -1 && at - to < smallestGap) {
      to = at + 1
      continue
    }
    if (from !== -1) ranges.push({ from, to })
    if (ranges.length >= mostRanges) return ranges
    from = at
    to = at + 1
  }
  if (shared < all && from !== -1 && shared - to < smallestGap) to = all
  else if (shared < all) {
    if (from !== -1) ranges.push({ from, to })
    from = shared
    to = all
  }
  if (from !== -1) ranges.push({ from, to })
  return ranges
}

/** The next range after an offset, or the one before it; going on at the other end. */
export function rangeBeside(ranges: readonly ByteRange[], at: number, step: 1 | -1): ByteRange | undefined {
  return step === 1
    ? (ranges.find(({ from }) => from > at) ?? ranges[0])
    : (ranges.findLast(({ from }) => from < at) ?? ranges.at(-1))
}
