/**
 * Whether a pattern of OpenSSH matches a text: `*` stands for any run of characters, `?` for one (ssh_config(5),
 * PATTERNS). Takes time in proportion to text times pattern, whatever the pattern.
 */
export function matchesPattern(text: string, pattern: string): boolean {
  let at = 0
  let inPattern = 0
  let star = -1
  let starAt = 0
  while (at < text.length) {
    const wanted = pattern[inPattern]
    if (wanted === '*') {
      star = inPattern++
      starAt = at
    } else if (wanted === '?' || (wanted !== undefined && wanted === text[at])) {
      inPattern++
      at++
    } else if (star >= 0) {
      inPattern = star + 1
      at = ++starAt
    } else return false
  }
  while (pattern[inPattern] === '*') inPattern++
  return inPattern === pattern.length
}

/** A text with a character a byte, as OpenSSH sees it: `?` stands for a byte. */
export function bytesOfText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** As OpenSSH does it, whose names are bytes: of other alphabets no letter is changed. */
export function inLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** Longer patterns match nothing, and nothing else of their list does (match.c, match_pattern_list). */
const longestPattern = 1022

/**
 * Whether a comma-separated list of patterns matches: one must, and none that begins with `!` may.
 * Compares as it is; a caller that minds no case gives both in lower case.
 */
export function matchesPatternList(text: string, list: string): boolean {
  let matched = false
  for (const entry of list.split(',')) {
    const negated = entry.startsWith('!')
    const pattern = negated ? entry.slice(1) : entry
    if (pattern.length > longestPattern) return false
    if (!matchesPattern(text, pattern)) continue
    if (negated) return false
    matched = true
  }
  return matched
}
