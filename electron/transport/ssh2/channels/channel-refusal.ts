import { displayName } from '../../../core/base/display-name'

/** Why a server opens no channel (RFC 4254, 5.1). */
export interface ChannelRefusal {
  /** The server's own words, or what its code means. */
  readonly why: string
  readonly isForbidden: boolean
}

const administrativelyProhibited = 1
const meanings: ReadonlyMap<unknown, string> = new Map([
  [administrativelyProhibited, 'it is not allowed'],
  [2, 'the connection failed'],
  [3, 'the server knows no such channels'],
  [4, 'the server has no room for more channels'],
])
const longestReason = 200

/** Reads what ssh2 makes of a refusal, or of whatever else kept a channel from being opened. */
export function channelRefusal(error: unknown): ChannelRefusal {
  const code = error instanceof Error && 'reason' in error ? error.reason : undefined
  const message = error instanceof Error ? error.message : String(error)
  const said = message.replace(/^\(SSH\) Channel open failure: ?/, '').trim()
  return {
    why: displayName(said.slice(0, longestReason)) || (meanings.get(code) ?? 'no reason was given'),
    isForbidden: code === administrativelyProhibited,
  }
}
