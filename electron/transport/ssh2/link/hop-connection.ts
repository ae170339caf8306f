import type { Client } from 'ssh2'
import type { FailureError } from '../../../core/base/failure'
import type { HostKeyQuestions } from '../host-keys/host-key-meeting'
import type { LoginQuestions } from '../login/login-answers'

/** What a hop needs of its surroundings. */
export type HopQuestions = LoginQuestions & HostKeyQuestions

/** A hop that let us in. */
export interface HopClient {
  readonly client: Client
  /** Why the connection is gone; known before any of its channels hears of it. */
  loss(): FailureError | undefined
  /** Settles when the connection is gone, with the reason. */
  readonly gone: Promise<FailureError>
  /** Bytes that came so far. */
  received(): number
  close(): void
}
