/** Control characters, ANSI's escape among them, and the bidirectional marks and overrides of Unicode TR9 that reorder text. */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Text from a stranger's disk made safe to show: each character that acts on the display becomes its visible code. */
export function displayName(text: string): string {
  return text.replace(unsafe, (character) => {
    if (character === '\n') return '\\n'
    if (character === '\t') return '\\t'
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
