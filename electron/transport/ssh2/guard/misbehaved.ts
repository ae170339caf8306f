import { failed, type FailureError } from '../../../core/base/failure'

/** Why a connection was ended to a server that does what no SSH server may; `what` goes on from its name. */
export function misbehaved(place: string, what: string): FailureError {
  return failed(
    'server-misbehaved',
    `${place} ${what}. Lamina ended the connection.`,
    'Lamina does not come back by itself. Find out which program listens there and whether something sits in between, update it or mend it, then connect again.',
  )
}
