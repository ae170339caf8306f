/** Compares two streams as they come, and reads no further than to their first difference. */
export async function equalBytes(one: AsyncIterable<Buffer>, other: AsyncIterable<Buffer>): Promise<boolean> {
  const [left, right] = [one[Symbol.asyncIterator](), other[Symbol.asyncIterator]()]
  let [a, b]: [Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0)]
  for (;;) {
    const [nextA, nextB] = await Promise.all([
      a.length > 0 ? a : someOf(left),
      b.length > 0 ? b : someOf(right),
    ])
    if (nextA === undefined || nextB === undefined) return nextA === nextB
    const length = Math.min(nextA.length, nextB.length)
    if (!nextA.subarray(0, length).equals(nextB.subarray(0, length))) return false
    ;[a, b] = [nextA.subarray(length), nextB.subarray(length)]
  }
}

async function someOf(parts: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  for (;;) {
    const next = await parts.next()
    if (next.done === true) return undefined
    if (next.value.length > 0) return next.value
  }
}
