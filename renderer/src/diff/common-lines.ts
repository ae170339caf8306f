import diffSequence from '@jest/diff-sequences'

/** Told of `count` lines that are common: from `a` on in the one text, from `b` on in the other. In order. */
export type FoundCommon = (a: number, b: number, count: number) => void

/** Lines as numbers: equal lines have equal numbers. */
export type LineNumbers = Int32Array

/** How many comparisons of two lines are left to make; a number of steps is the same on every machine, a time is not. */
export interface Allowance {
  left: number
}

/** Thrown inside the search, which knows no other way to end early. */
const spent = new Error('The allowance is spent')

/** Tells a longest common subsequence (Myers 1986), or nothing and false where that takes more than the allowance. */
export function longestCommon(
  a: LineNumbers,
  b: LineNumbers,
  allowance: Allowance,
  found: FoundCommon,
): boolean {
  const parts: [number, number, number][] = []
  const isCommon = (inA: number, inB: number): boolean => {
    allowance.left -= 1
    if (allowance.left < 0) throw spent
    return a[inA] === b[inB]
  }
  try {
    diffSequence(a.length, b.length, isCommon, (count, inA, inB) => parts.push([inA, inB, count]))
  } catch (error) {
    if (error !== spent) throw error
    return false
  }
  for (const part of parts) found(...part)
  return true
}
