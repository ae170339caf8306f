/** What is drawn of a text, by what keeps the window quick. */
export interface TextLimits {
  readonly colours: boolean
  readonly words: boolean
}

/** Characters that a highlighter, and a comparison of words, go through without being felt. */
const most = 1_000_000
/** A longer line is no source text, and every word in it costs. */
const longestLine = 5_000

export function textLimits(versions: readonly (readonly string[])[]): TextLimits {
  const isQuick = versions.every((lines) => {
    let length = 0
    for (const line of lines) {
      if (line.length > longestLine) return false
      length += line.length + 1
    }
    return length <= most
  })
  return { colours: isQuick, words: isQuick }
}
