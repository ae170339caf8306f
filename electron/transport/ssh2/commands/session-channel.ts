import type { FailureError } from '../../../core/base/failure'
import type { ChannelStream } from '../channels/channel-stream'
import type { Slots } from '../../remote/limited-slots'

/** A channel with a command on it. */
export interface SessionChannel {
  readonly stream: ChannelStream
  /** Tail of standard error so far. */
  complaints(): string
  /** Status that the server told of its command. */
  exitStatus(): number | undefined
  /**
   * Ends standard input and settles when the server has closed the channel: all that it says of the command is heard then. The end of
   * the stream is earlier.
   */
  close(): Promise<void>
  /** Hears what comes on standard error from now on. */
  onComplaints(hear: (part: Buffer) => void): void
  /** From now on the command is to say something before it ends; one that says nothing fails its stream. */
  expectAnswer(expected: ExpectedAnswer): void
}

export interface ExpectedAnswer {
  answered(): void
  /** What a command failed of that ended without a word on standard output. */
  missing(complaints: string): FailureError
}

/** Where channels with commands come from, and how many there is room for. */
export interface SessionStarts {
  readonly slots: Slots
  /** As `SessionChannels.start`. */
  start(line: string, signal: AbortSignal, owner?: unknown): Promise<SessionChannel>
}
