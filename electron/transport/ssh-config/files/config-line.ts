/** One line of an ssh_config file that says something (ssh_config(5)). */
export interface ConfigLine {
  /** In lower case. */
  readonly keyword: string
  /** What follows the keyword, without white space around it. */
  readonly text: string
  /** The same in arguments, without quotes and comment; undefined where a quote has no end. */
  readonly words: readonly string[] | undefined
  /** `FILE line N`, for messages. */
  readonly place: string
  /** What the files hold that an `Include` names, a list for each file. */
  readonly included?: readonly (readonly ConfigLine[])[]
}

const shape = /^[ \t\r]*([^ \t\r"=#][^ \t\r"=]*)(?:[ \t\r]*=[ \t\r]*|[ \t\r]+|(?="))(.*?)[ \t\r\f]*$/

/** Reads a file's text into lines; comments, empty lines and keywords without an argument are not among them. */
export function parseConfig(file: string, content: string): ConfigLine[] {
  return content.split('\n').flatMap((line, index) => {
    const [, keyword, text] = shape.exec(line) ?? []
    if (keyword === undefined || text === undefined || text === '') return []
    const place = `${file} line ${String(index + 1)}`
    return { keyword: keyword.toLowerCase(), text, words: splitWords(text), place }
  })
}

const escapable = new Set(["'", '"', '\\'])

/**
 * Splits arguments as OpenSSH does (misc.c, argv_split): both quotes, a backslash before a quote, a backslash or (outside
 * quotes) a space; with `comments`, `#` ends the line where an argument would begin. Undefined where a quote has no end.
 */
export function splitWords(text: string, comments = true): readonly string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? ''
    const next = text[at + 1] ?? ''
    if (quote === '' && (letter === ' ' || letter === '\t')) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (comments && word === undefined && letter === '#') {
      return words
    } else if (letter === '\\' && (escapable.has(next) || (quote === '' && next === ' '))) {
      word = (word ?? '') + next
      at++
    } else if (quote === '' && (letter === '"' || letter === "'")) {
      quote = letter
      word ??= ''
    } else if (letter === quote) quote = ''
    else word = (word ?? '') + letter
  }
  if (quote !== '') return undefined
  return word === undefined ? words : [...words, word]
}

/** Splits the criteria of a `Match` line (misc.c, strdelim): white space or `=` between them, double quotes around. */
export function splitCriteria(text: string): string[] {
  const criteria: string[] = []
  for (const [, quoted, plain] of text.matchAll(/"([^"]*)"|([^ \t"=]+)/g)) {
    if (plain?.startsWith('#') === true) break
    criteria.push(quoted ?? plain ?? '')
  }
  return criteria
}
