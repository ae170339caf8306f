/** How long and how much is waited for where commands are run, in milliseconds and bytes. */
export interface CommandLimits {
  /**
   * Each of these: from asking a server for a channel to its answer, from an open channel to the first word of what runs commands there, from a
   * command that was sent to its beginning.
   */
  readonly beginWithin: number
  /** From one word of a command to the next, once it has begun. */
  readonly silentFor: number
  /** A login that takes longer is paid in advance for the next command that has to wait for it. */
  readonly slowLogin: number
  /** A shell that nobody uses is kept for so long. */
  readonly keptFor: number
  /** What the host refused, or did not answer, is tried anew after so long. */
  readonly retryAfter: number
  /** Output that is taken ahead of its reader where others wait for the room. */
  readonly ahead: number
}

export const usualLimits: CommandLimits = {
  beginWithin: 10_000,
  silentFor: 30_000,
  slowLogin: 400,
  keptFor: 300_000,
  retryAfter: 60_000,
  ahead: 64_000_000,
}
