import { lineDiff, type DiffLimits, type LineDiff, type LineHunk } from './line-diff'
import { splitLines } from './line-endings'

/** A text, or the first part of one. */
export interface ComparedText {
  readonly text: string
  /** Whether nothing follows. */
  readonly isWhole: boolean
}

export interface TextDiff extends LineDiff {
  /**
   * Whether lines at the end of one text are left unmarked, because the other one goes on after the part that is known: they may come there.
   */
  readonly hasOpenEnd: boolean
}

/** What differs between two texts by lines, as `diff` has them: a last line that no line end follows is another one than one with it. */
export function textDiff(a: ComparedText, b: ComparedText, limits?: DiffLimits): TextDiff {
  const [piecesA = [], piecesB = []] = splitLines([a.text, b.text])
  const linesA = wholeLines(piecesA, a.isWhole)
  const linesB = wholeLines(piecesB, b.isWhole)
  const { hunks, isExact } = lineDiff(linesA, linesB, limits)
  const last = hunks.at(-1)
  const hasOpenEnd =
    last !== undefined &&
    last.toA === linesA.length &&
    last.toB === linesB.length &&
    ((isEmptyInB(last) && !b.isWhole) || (isEmptyInA(last) && !a.isWhole))
  return { hunks: hasOpenEnd ? hunks.slice(0, -1) : hunks, isExact, hasOpenEnd }
}

/**
 * What lies between line ends ends with a piece that none follows. It is empty where the text ends with its last line, and of a part it may be
 * half a line only. The line feed makes it unlike all others.
 */
function wholeLines(pieces: readonly string[], isWhole: boolean): string[] {
  const last = pieces.at(-1) ?? ''
  const lines = pieces.slice(0, -1)
  if (isWhole && last !== '') lines.push(`${last}\n`)
  return lines
}

const isEmptyInA = ({ fromA, toA }: LineHunk) => fromA === toA
const isEmptyInB = ({ fromB, toB }: LineHunk) => fromB === toB
