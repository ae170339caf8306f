/** What Go writes for a time that nobody has set, in seconds since 1970 (pkg.go.dev/time, Time.IsZero). */
const unset = -62_135_596_800

/**
 * A moment that an engine tells, in ISO 8601, or in seconds since 1970; empty where it is not known. That is also so for the first moment
 * of 1970: builders write it to say nothing (reproducible-builds.org, SOURCE_DATE_EPOCH), and engines for a time that is missing.
 */
export function momentText(told: string | number | null | undefined): string {
  if (typeof told === 'number') {
    const date = new Date(told * 1000)
    return isKnown(date) ? date.toISOString() : ''
  }
  return told && isKnown(new Date(told)) ? told : ''
}

function isKnown(date: Date): boolean {
  const seconds = date.getTime() / 1000
  return Number.isFinite(seconds) && seconds !== 0 && seconds !== unset
}
