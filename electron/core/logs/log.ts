/** What the log tells of, a word for each kind of line. */
export type LogEvent =
  /** A process of Lamina began: its version, and what it runs on. */
  | 'lamina.started'
  | 'lamina.ended'
  | 'lamina.not-started'
  /** An error that nobody expected ended a process, or would have. */
  | 'lamina.crashed'
  /** A warning of Node or Electron. */
  | 'lamina.warned'
  /** Something of the window's own could not be done. `what` says it. */
  | 'window.failed'
  /** What the page wrote to its console as a warning or an error. */
  | 'page.complained'
  | 'page.hung'
  /** A call of the page's was not taken: `operation` and the failure's `kind`, once for each pair. */
  | 'page.refused'
  /** A process of Chromium, or the one that starts commands, ended by itself. */
  | 'process.gone'
  | 'thread.failed'
  | 'thread.gone'
  | 'host.connected'
  | 'host.disconnected'
  /** What happens in the engine cannot be followed: lists are read again now and then instead. */
  | 'host.not-live'
  /** `kind` is the failure's; `ms` since it was begun to connect; `retryIn` milliseconds until the next attempt. */
  | 'host.lost'
  /** Connected, but nothing comes from the engine. */
  | 'host.silent'
  /** `ms` is how long it took until then. */
  | 'operation.failed'
  /** A listing that was open could not be read to its end. */
  | 'listing.failed'
  /** A listing does not refresh by itself any more. */
  | 'listing.not-live'
  /** What nobody waits for ended with an error that nobody expected. */
  | 'background.failed'
  /** Something is wrong with a file of Lamina's own. */
  | 'file.noticed'
  | 'secrets.failed'
  | 'notes.failed'
  /** Lines that came too fast and are in no file. */
  | 'log.left-out'
  /** Lines that could not be written. */
  | 'log.unwritten'

export type LogLevel = 'info' | 'warning' | 'error'

/**
 * What is known beside a line: codes, numbers and words of Lamina's own. No input, no content, no address and no name of a person's file;
 * where a stranger's text has to be in it, `cleanText` (`core/logs/log-line.ts`) goes before. All are made printable and cut.
 */
export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>

/** Where what happened is written for a person who wants help with it. Never throws. */
export interface Log {
  info(event: LogEvent, facts?: LogFacts): void
  warning(event: LogEvent, facts?: LogFacts): void
  /** `error` is whatever was thrown: the log gets its name, code, message without what is quoted in it, and places in the program. */
  error(event: LogEvent, error: unknown, facts?: LogFacts): void
}
