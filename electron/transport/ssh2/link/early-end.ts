import { failed, type FailureError } from '../../../core/base/failure'

/** How far a connection came before it ended; what is greeted before has its own account (`refused-hello.ts`). */
export type EarlyPhase = 'key exchange' | 'login'

/** Why a connection ended whose server had greeted and that never let us in. */
export function endedEarly(place: string, phase: EarlyPhase, why: string, algorithm: string): FailureError {
  if (phase === 'key exchange')
    return failed(
      'host-unreachable',
      `The key exchange with ${place} (${algorithm}) failed: ${why}.`,
      'The log of its sshd says why. Where ssh fails as well, a firewall may cut such connections, or the way may lose large packets (MTU).',
    )
  return failed(
    'host-unreachable',
    `${place} ended the connection before the login was done: ${why}.`,
    "Look at the connection log and at sshd's own log; after many failed logins a server refuses for some minutes.",
  )
}

export function tooManyAttempts(place: string, tried: string): FailureError {
  return failed(
    'authentication-failed',
    `${place} ended the login after too many attempts (MaxAuthTries). ${tried}`,
    'Name the key that the account expects (IdentityFile) and set IdentitiesOnly yes, so that no others are tried before it.',
  )
}

export function lost(message: string): FailureError {
  return failed('connection-lost', message, 'Lamina connects again by itself when the host answers.')
}

/** A phase that a server did not come to the end of in time. */
export function tookTooLong({
  place,
  phase,
  ms,
  account,
  said,
}: {
  readonly place: string
  readonly phase: string
  readonly ms: number
  /** What became of the socket, and what the server said to people as a sentence. */
  readonly account: string | undefined
  readonly said: string
}): FailureError {
  const more = account === undefined ? '' : `; ${account}`
  return failed(
    'host-unreachable',
    `${place}: ${phase} took longer than ${String(ms / 1000)} seconds${more}.${said}`,
    'The server may be too busy, or something else listens on the port. Look whether ssh gets in; ConnectTimeout gives the greeting more time.',
  )
}
