/** A time as a file system has it: a number of milliseconds with a fraction would not hold it exactly. */
export interface FileTime {
  /** Whole seconds since 1970, those of a time before 1970 rounded down. */
  readonly seconds: number
  /** Absent where the tool that was asked knows whole seconds only. */
  readonly nanoseconds?: number
}

/** Whether two times are the same as far as both are known. */
export function sameTime(a: FileTime, b: FileTime): boolean {
  if (a.seconds !== b.seconds) return false
  return a.nanoseconds === undefined || b.nanoseconds === undefined || a.nanoseconds === b.nanoseconds
}

/** Milliseconds since 1970, rounded down. */
export function millisecondsOf({ seconds, nanoseconds = 0 }: FileTime): number {
  return seconds * 1000 + Math.floor(nanoseconds / 1e6)
}

/** Reads what `%.9Y` of GNU's stat prints, and `%Y` of any. GNU's is a decimal number: half a second before 1970 is `-0.5`. */
export function fileTime(text: string): FileTime {
  const [whole = '', fraction] = text.split('.')
  const seconds = Number(whole)
  if (fraction === undefined) return { seconds }
  const nanoseconds = Number(fraction.padEnd(9, '0').slice(0, 9))
  if (nanoseconds === 0 || !text.startsWith('-')) return { seconds: seconds + 0, nanoseconds }
  return { seconds: seconds - 1, nanoseconds: 1e9 - nanoseconds }
}
