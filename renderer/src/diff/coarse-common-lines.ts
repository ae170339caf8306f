import { longestCommon, type Allowance, type FoundCommon, type LineNumbers } from './common-lines'

/** So many lines at most are compared exactly at once. */
const pieceSize = 2_000

/**
 * Tells common lines in order, as a longest common subsequence does, but not the most there are: lines that each text has once hold the texts together
 * (Cohen's "patience diff"), and what lies between them is compared in pieces. Takes a time in proportion to the allowance.
 */
export function coarselyCommon(
  a: LineNumbers,
  b: LineNumbers,
  allowance: Allowance,
  found: FoundCommon,
): void {
  let doneA = 0
  let doneB = 0
  const between = (endA: number, endB: number): void => {
    inPieces(a.subarray(doneA, endA), b.subarray(doneB, endB), allowance, (inA, inB, count) => {
      found(doneA + inA, doneB + inB, count)
    })
  }
  for (const [inA, inB] of anchors(a, b)) {
    between(inA, inB)
    found(inA, inB, 1)
    doneA = inA + 1
    doneB = inB + 1
  }
  between(a.length, b.length)
}

/** Both are cut into as many pieces, and each pair of pieces is compared. */
function inPieces(a: LineNumbers, b: LineNumbers, allowance: Allowance, found: FoundCommon): void {
  const pieces = Math.ceil(Math.max(a.length, b.length) / pieceSize)
  const cut = (lines: LineNumbers, piece: number) => Math.floor((lines.length * piece) / pieces)
  for (let piece = 0; piece < pieces && allowance.left > 0; piece += 1) {
    const fromA = cut(a, piece)
    const fromB = cut(b, piece)
    longestCommon(
      a.subarray(fromA, cut(a, piece + 1)),
      b.subarray(fromB, cut(b, piece + 1)),
      allowance,
      (inA, inB, count) => {
        found(fromA + inA, fromB + inB, count)
      },
    )
  }
}

/** Lines that both texts have exactly once, as many of them as come in one order. */
function anchors(a: LineNumbers, b: LineNumbers): [number, number][] {
  const onceInB = placesOfSingles(b)
  const pairs: [number, number][] = []
  for (const [line, inA] of placesOfSingles(a)) {
    const inB = onceInB.get(line)
    if (inB !== undefined) pairs.push([inA, inB])
  }
  return longestIncreasing(pairs)
}

function placesOfSingles(lines: LineNumbers): Map<number, number> {
  const places = new Map<number, number>()
  const repeated = new Set<number>()
  lines.forEach((line, at) => {
    if (places.has(line)) repeated.add(line)
    else places.set(line, at)
  })
  for (const line of repeated) places.delete(line)
  return places
}

/** The most pairs whose second places increase too (patience sorting). */
function longestIncreasing(pairs: readonly [number, number][]): [number, number][] {
  /** The last pair of the best row of each length, and for each pair the one before it. */
  const tops: number[] = []
  const before = new Int32Array(pairs.length)
  const inB = (at: number | undefined) => pairs[at ?? 0]?.[1] ?? 0
  pairs.forEach(([, place], at) => {
    let low = 0
    let high = tops.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (inB(tops[middle]) < place) low = middle + 1
      else high = middle
    }
    before[at] = low > 0 ? (tops[low - 1] ?? -1) : -1
    tops[low] = at
  })
  const row: [number, number][] = []
  for (let at = tops.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = pairs[at]
    if (pair !== undefined) row.push(pair)
  }
  return row.reverse()
}
