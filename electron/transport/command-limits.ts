/** How long and how much is waited for where commands are run, in milliseconds and bytes. */
export interface CommandLimits {
  /** From an open channel to the first word of what runs commands there, and from a command that was sent to its beginning. */
  readonly beginWithin: number
  /** A login that takes longer is paid in advance for the next command that has to wait for it. */
  readonly slowLogin: number
  /** A shell that nobody uses is kept for so long. */
  readonly keptFor: number
  /** What the host refused is tried anew after so long. */
  readonly retryAfter: number
  /** Output that is taken ahead of its reader where others wait for the room. */
  readonly ahead: number
}

export const usualLimits: CommandLimits = {
  beginWithin: 10_000,
  slowLogin: 400,
  keptFor: 300_000,
  retryAfter: 60_000,
  ahead: 64_000_000,
}
