/** What an engine nests into each other; its own answers stay below twenty. */
export const deepest = 64
/** Values in one answer that is no list. Each may be wrong, which is found out of all of them. */
const mostValues = 200_000

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d]

/** Why a JSON text must not be parsed in one go; nothing where it may be. Whether it is JSON is for the parser to say. */
export function whyTooMuch(text: Buffer): string | undefined {
  let depth = 0
  let values = 1
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at]
    if (byte === quote) at = endOfText(text, at + 1)
    else if (byte === comma) values += 1
    else if (byte === openBracket || byte === openBrace) depth += 1
    else if (byte === closeBracket || byte === closeBrace) depth -= 1
    if (depth > deepest) return 'it is nested too deeply'
    if (values > mostValues) return 'it has too many values'
  }
  return undefined
}

/** Where a text ends, or all does. */
function endOfText(text: Buffer, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const byte = text[at]
    if (byte === quote) return at
    if (byte === backslash) at += 1
  }
  return text.length
}
