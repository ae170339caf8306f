import type { Log, LogEvent, LogFacts, LogLevel } from '../../electron/core/logs/log'

/** A log that keeps what it is told, and writes nothing. */
export function recordedLog(): Log & {
  readonly lines: readonly { level: LogLevel; event: LogEvent; facts?: LogFacts }[]
} {
  const lines: { level: LogLevel; event: LogEvent; facts?: LogFacts }[] = []
  const add = (level: LogLevel) => (event: LogEvent, facts?: LogFacts) => {
    lines.push({ level, event, ...(facts && { facts }) })
  }
  return {
    lines,
    info: add('info'),
    warning: add('warning'),
    error: (event, _error, facts) => {
      add('error')(event, facts)
    },
  }
}
