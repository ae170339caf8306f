import type { LineHunk } from '../../../diff/line-diff'

/** Characters that a highlighter goes through without being felt. */
const most = 1_000_000
/** A longer line is no source text, and every word in it costs. */
const longestLine = 5_000

/** Whether a text is drawn with colours without the window standing still for it. */
export function isQuickToColour(versions: readonly (readonly string[])[]): boolean {
  return versions.every((lines) => {
    let length = 0
    for (const line of lines) {
      if (line.length > longestLine) return false
      length += line.length + 1
    }
    return length <= most
  })
}

/** What is drawn at once of a removed block above the lines in its place; the window would stand still for a larger one. */
const largestRemoved = { lines: 2_000, characters: 200_000 }

/** Whether removed lines can stand among those in their place: the editor draws each block of them whole, wherever it is looked at. */
export function fitsUnified(lower: readonly string[], hunks: readonly LineHunk[]): boolean {
  return hunks.every(({ fromA, toA }) => {
    let characters = 0
    for (let at = fromA; at < toA; at += 1) characters += lower[at]?.length ?? 0
    return toA - fromA <= largestRemoved.lines && characters <= largestRemoved.characters
  })
}
