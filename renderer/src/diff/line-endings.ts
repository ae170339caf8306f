export type LineEnding = 'lf' | 'crlf' | 'mixed'

/** How the lines of a text end; nothing where it has no second line. */
export function lineEnding(text: string): LineEnding | undefined {
  let pairs = 0
  let breaks = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    breaks += 1
    if (text[at - 1] === '\r') pairs += 1
  }
  if (breaks === 0) return undefined
  if (pairs === 0) return 'lf'
  return pairs === breaks ? 'crlf' : 'mixed'
}

/**
 * The lines of texts that are shown together. Where all of them end lines with CRLF it goes without saying; where one does not,
 * the carriage returns stay in the lines, so that they are seen and are a difference.
 */
export function splitLines(texts: readonly string[]): string[][] {
  const endings = texts.map(lineEnding).filter((ending) => ending !== undefined)
  const separator = endings.length > 0 && endings.every((ending) => ending === 'crlf') ? '\r\n' : '\n'
  return texts.map((text) => text.split(separator))
}
