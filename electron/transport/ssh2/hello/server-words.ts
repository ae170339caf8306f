import { displayName } from '../../../core/base/display-name'

/** Characters of a server's own words that are kept and shown. */
export const mostWords = 500

/** What a server said to people, such as a banner, as one line that is safe to show. */
export function shownWords(text: string): string {
  return displayName(
    text
      .replace(/[\s\0]+/g, ' ')
      .trim()
      .slice(0, mostWords),
  )
}

/** Shown words as a sentence to stand behind another; empty where there are none. */
export function quoted(words: string): string {
  return words === '' ? '' : ` It says: “${words}”`
}
