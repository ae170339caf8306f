import { Chunk, presentableDiff, type Change } from '@codemirror/merge'
import type { Text } from '@codemirror/state'
import type { LineHunk } from '../../../diff/line-diff'

/** Of a longer block on either side, in characters, only the lines are told: what it became is no longer that text with other words. */
const longestBlock = 5_000
/** Where more characters differ, words are told more coarsely (`DiffConfig`, codemirror.net/docs/ref/#merge): it bounds the time. */
const wordDiff = { scanLimit: 1_000 }

const chunksOf = new WeakMap<Text, readonly Chunk[]>()

/**
 * Editors compare their texts when they are made, character by character. `DiffConfig.override` is no way around that: of what it answers, changes that have
 * less than three characters or an empty line between them are made one. So the function that compares is replaced, and has the chunks that were
 * made before.
 */
Chunk.build = (_lower, upper) => chunksOf.get(upper) ?? []

/** Has editors of these texts show these hunks; until then they show none. */
export function giveHunks(lower: Text, upper: Text, hunks: readonly LineHunk[]): void {
  const chunks = hunks.map((hunk) => {
    const fromA = startOfLine(lower, hunk.fromA)
    const toA = startOfLine(lower, hunk.toA)
    const fromB = startOfLine(upper, hunk.fromB)
    const toB = startOfLine(upper, hunk.toB)
    const words = differingWords(lower.sliceString(fromA, toA), upper.sliceString(fromB, toB))
    return new Chunk(words, fromA, toA, fromB, toB)
  })
  chunksOf.set(upper, chunks)
}

/** Lines count from 0. What follows the last line begins one behind the text's end (`Chunk.toA`). */
function startOfLine(text: Text, line: number): number {
  return line < text.lines ? text.line(line + 1).from : text.length + 1
}

/** Lines that were only added, or only removed, have no words that differ. */
export function differingWords(lower: string, upper: string): readonly Change[] {
  if (lower === '' || upper === '') return []
  if (lower.length > longestBlock || upper.length > longestBlock) return []
  return presentableDiff(lower, upper, wordDiff)
}
