const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/**
 * How long ago a moment was, in the largest unit that fits (`3 hours ago`); nothing for a text that is no time. By whole seconds, so that a
 * moment told with and without its fraction has one age.
 */
export function relativeAge(isoTime: string, now: number, locale: string): string | undefined {
  const moment = Date.parse(isoTime)
  if (Number.isNaN(moment)) return undefined
  const seconds = Math.floor(moment / 1000) - Math.floor(now / 1000)
  const format = relativeFormat(locale)
  const step = steps.find(([, length]) => Math.abs(seconds) >= length)
  if (step === undefined) return format.format(0, 'second')
  return format.format(Math.trunc(seconds / step[1]), step[0])
}

/** A moment to sort by, in milliseconds since 1970; one that is not known is before all others. */
export function momentOf(isoTime: string): number {
  const moment = Date.parse(isoTime)
  return Number.isNaN(moment) ? -Infinity : moment
}

/** A moment in full, in the reader's zone. */
export function exactTime(isoTime: string, locale: string): string | undefined {
  return formatted(isoTime, exactFormat(locale))
}

/** A moment without the zone, which is the reader's. */
export function shortTime(isoTime: string, locale: string): string | undefined {
  return formatted(isoTime, shortFormat(locale))
}

/** The same to the millisecond. */
export function preciseTime(isoTime: string, locale: string): string | undefined {
  return formatted(isoTime, preciseFormat(locale))
}

/** The time of day of a moment, for what was not long ago. */
export function timeOfDay(isoTime: string, locale: string): string | undefined {
  return formatted(isoTime, dayFormat(locale))
}

function formatted(isoTime: string, format: Intl.DateTimeFormat): string | undefined {
  const moment = Date.parse(isoTime)
  return Number.isNaN(moment) ? undefined : format.format(moment)
}

const relativeFormat = forEachLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
const exactFormat = forEachLocale(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' }),
)
const shortFormat = forEachLocale(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }),
)
const preciseFormat = forEachLocale(
  (locale) =>
    new Intl.DateTimeFormat(locale, {
      ...{ year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
      ...{ second: '2-digit', fractionalSecondDigits: 3 },
    }),
)
const dayFormat = forEachLocale((locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }))

/** Formatters take up to a millisecond to make, so that one is kept for each language. */
function forEachLocale<Format>(make: (locale: string) => Format): (locale: string) => Format {
  const made = new Map<string, Format>()
  return (locale) => {
    const format = made.get(locale) ?? make(locale)
    made.set(locale, format)
    return format
  }
}
