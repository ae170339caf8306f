import type { HostLog } from '../../../stores/hosts/host-logs'
import { safeLines } from '../../../ui/text/safe-text'

/** A connection log as plain text for a bug report: whose it is, what was not followed, then line by line. */
export function logText(host: string, log: HostLog): string {
  const warnings = log.warnings.map((warning) => `warning: ${safeLines(warning)}`)
  const entries = log.entries.map(({ time, text }) => `${time}  ${safeLines(text)}`)
  return [`Lamina, connection log of ${host}`, ...warnings, '', ...entries, ''].join('\n')
}

/** The time of day with milliseconds, in the reader's zone: a login is over in less than a second. */
export function clockTime(isoTime: string): string {
  const moment = new Date(isoTime)
  if (Number.isNaN(moment.getTime())) return isoTime
  const two = (value: number) => String(value).padStart(2, '0')
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(':')
  return `${time}.${String(moment.getMilliseconds()).padStart(3, '0')}`
}
