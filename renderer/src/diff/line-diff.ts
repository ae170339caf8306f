import { coarselyCommon } from './coarse-common-lines'
import { longestCommon, type FoundCommon, type LineNumbers } from './common-lines'

/** Lines from `fromA` up to `toA`, without it, in whose place the other text has those from `fromB` to `toB`. Counted from 0. */
export interface LineHunk {
  readonly fromA: number
  readonly toA: number
  readonly fromB: number
  readonly toB: number
}

export interface LineDiff {
  /** In order; between them, and before and after them, all lines are equal. */
  readonly hunks: readonly LineHunk[]
  /** Whether no comparison could mark fewer lines. Where not, lines may be marked that are the same in both. */
  readonly isExact: boolean
}

/** How many comparisons of lines an exact answer may take, and a coarse one after it. Some seconds. */
export interface DiffLimits {
  readonly exact: number
  readonly coarse: number
}

const usualLimits: DiffLimits = { exact: 300_000_000, coarse: 100_000_000 }

/** What differs between two texts, line by line; as few lines as can be, unless that takes more than `limits` allow. */
export function lineDiff(a: readonly string[], b: readonly string[], limits = usualLimits): LineDiff {
  const numbered = lineNumbering()
  const inA = numbered(a)
  const inB = numbered(b)
  let first = 0
  while (first < a.length && first < b.length && inA[first] === inB[first]) first += 1
  let last = 0
  while (last < a.length - first && last < b.length - first && inA.at(-1 - last) === inB.at(-1 - last))
    last += 1

  /** For each line of `a` the equal one of `b`, or -1. */
  const partner = new Int32Array(a.length).fill(-1)
  for (let at = 0; at < first; at += 1) partner[at] = at
  for (let at = 1; at <= last; at += 1) partner[a.length - at] = b.length - at
  const middleA = inA.subarray(first, a.length - last)
  const middleB = inB.subarray(first, b.length - last)
  const isExact = findCommon(middleA, middleB, limits, (one, other) => {
    partner[first + one] = first + other
  })
  return { hunks: hunksBetween(partner, b.length), isExact }
}

/** A line that the other text has nowhere is no part of any common subsequence; the search is left with the others. */
function findCommon(
  a: LineNumbers,
  b: LineNumbers,
  limits: DiffLimits,
  pair: (inA: number, inB: number) => void,
): boolean {
  const placesA = placesOfShared(a, new Set(b))
  const placesB = placesOfShared(b, new Set(a))
  const sharedA = placesA.map((place) => a[place] ?? 0)
  const sharedB = placesB.map((place) => b[place] ?? 0)
  const found: FoundCommon = (inA, inB, count) => {
    for (let at = 0; at < count; at += 1) pair(placesA[inA + at] ?? 0, placesB[inB + at] ?? 0)
  }
  if (longestCommon(sharedA, sharedB, { left: limits.exact }, found)) return true
  coarselyCommon(sharedA, sharedB, { left: limits.coarse }, found)
  return false
}

function placesOfShared(lines: LineNumbers, others: ReadonlySet<number>): Int32Array {
  const places = new Int32Array(lines.length)
  let count = 0
  lines.forEach((line, at) => {
    if (others.has(line)) places[count++] = at
  })
  return places.subarray(0, count)
}

/** Gives lines numbers, one after another for those that are new. */
function lineNumbering(): (lines: readonly string[]) => LineNumbers {
  const numbers = new Map<string, number>()
  const numberOf = (line: string): number => {
    const number = numbers.get(line) ?? numbers.size
    if (number === numbers.size) numbers.set(line, number)
    return number
  }
  return (lines) => Int32Array.from(lines, numberOf)
}

function hunksBetween(partner: Int32Array, lengthOfB: number): LineHunk[] {
  const hunks: LineHunk[] = []
  let fromA = 0
  let fromB = 0
  const endAt = (toA: number, toB: number): void => {
    if (toA > fromA || toB > fromB) hunks.push({ fromA, toA, fromB, toB })
    fromA = toA + 1
    fromB = toB + 1
  }
  partner.forEach((inB, inA) => {
    if (inB !== -1) endAt(inA, inB)
  })
  endAt(partner.length, lengthOfB)
  return hunks
}
