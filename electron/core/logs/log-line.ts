import { codeOf } from '../base/broken-stream'
import { displayName } from '../base/display-name'
import type { LogEvent, LogFacts, LogLevel } from './log'

/** Characters of a text in the log. */
const longestText = 300
/** Characters of a whole line. */
const longestLine = 2000
/** Characters of a stranger's text that are looked at. */
const mostRead = 4000
/** Places in the program that an error names. */
const mostPlaces = 8

/** A line of the log, without its end: time (ISO 8601, UTC), level, which part of which process wrote it, the event, its facts. */
export function logLine(line: {
  readonly time: number
  readonly level: LogLevel
  readonly part: string
  readonly event: LogEvent
  readonly facts?: LogFacts
}): string {
  const { time, level, part, event, facts = {} } = line
  const told = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${factText(value)}`],
  )
  return [new Date(time).toISOString(), level, part, event, ...told].join(' ').slice(0, longestLine)
}

function factText(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value)
  const text = displayName(value).slice(0, longestText * 2)
  return /^[^\s"=\\]+$/.test(text) ? text : JSON.stringify(text)
}

/** What the log may say of something thrown. */
export function errorFacts(error: unknown): LogFacts {
  if (!(error instanceof Error)) return { error: typeof error }
  const code = codeOf(error)
  const at = placesIn(error.stack ?? '', error.message)
  return {
    error: cleanText(error.name),
    ...(code === '' ? {} : { code: cleanText(code) }),
    // V8 quotes what it could not parse, which may be anything: a file's content, an answer with a token.
    ...(error.message === '' || error.name === 'SyntaxError' ? {} : { message: cleanText(error.message) }),
    ...(at === '' ? {} : { at }),
  }
}

/** The functions on the stack with the names of their files, without the folders: those hold the user's name. */
export function placesIn(stack: string, message = ''): string {
  const frames = stack.slice(0, mostRead).replace(message, '').split('\n')
  return frames
    .flatMap((frame) => {
      const [, name = '', place] =
        /^\s+at (?:(?:async )?([\w$.<>[\] #]{1,80}) \()?(.*:\d+:\d+)\)?$/.exec(frame) ?? []
      const file = place?.slice(place.lastIndexOf('/') + 1)
      return file === undefined ? [] : [`${name}(${file.slice(-80)})`]
    })
    .slice(0, mostPlaces)
    .join(' ')
}

/**
 * A text in one printable line, cut, and without what may be a secret or a person's own: what stands in quotation marks, addresses, paths,
 * what follows the name of a secret, and long runs without a space, such as keys and tokens.
 */
export function cleanText(text: string): string {
  const [first = ''] = text.slice(0, mostRead).split(/[\r\n]/, 1)
  const clean = withoutQuoted(first)
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S*/gi, (address) => `${address.slice(0, address.indexOf(':'))}://…`)
    .replace(
      /\b(pass(?:word|phrase|wd)?|token|secret|auth(?:orization)?|bearer|key)(\s*[=:]\s*|\s+is\s+).*/gi,
      '$1$2…',
    )
    .replace(/[^\s@]+@[^\s@]+/g, '…@…')
    .replace(/\b(?:[\w-]+\.)+[a-z][a-z-]+\b(?!\()/gi, '…')
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b|\[?(?:[\da-f]{0,4}:){2,}[\da-f]{0,4}(?:%\w+)?\]?/gi, '…')
    .replace(/(^|[\s(=:,])~?\.{0,2}\/(?!\/…)\S*/g, '$1/…')
    .replace(/[\w+/=.-]{32,}/g, '…')
  const printable = displayName(clean)
  return printable.length > longestText ? `${printable.slice(0, longestText - 1)}…` : printable
}

/** An apostrophe stands between letters; any other mark opens or ends something, and what is quoted may hold marks itself. */
const mark = /["`“”„«»‘]|(?<!\p{L})['’]|['’](?!\p{L})/gu

function withoutQuoted(text: string): string {
  const marks = [...text.matchAll(mark)].map(({ index }) => index)
  const first = marks[0]
  const last = marks.at(-1)
  if (first === undefined || last === undefined) return text
  return `${text.slice(0, first)}"…"${last === first ? '' : text.slice(last + 1)}`
}
