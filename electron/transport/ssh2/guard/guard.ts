import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { ChannelRules } from './channel-rules'
import { insideOf, watchPayloads } from './inside'
import { misbehaved } from './misbehaved'
import { parseInTurns } from './parse-in-turns'
import { ServerMessages, type ConnectionState } from './server-messages'

/** What a guarded connection tells, besides what it has to know. */
export interface Guarded extends Pick<ConnectionState, 'place' | 'isUp' | 'newKeys' | 'goodbye'> {
  /** What came cannot be read or must not be; nothing more is read. */
  broken(error: unknown): void
}

/** Bytes of a server before it has let us in: host keys, banners and questions are some thousand. */
const mostBeforeLogin = 2 * 1024 * 1024
/** Bytes that were sent to a server and that it does not take. */
const mostUntaken = 64 * 1024 * 1024

/**
 * Holds a server to what a sound one does, and has what it sends read in small parts. To be called when the connection is being made.
 */
export function guard(client: Client, socket: Duplex, guarded: Guarded): void {
  const { place } = guarded
  // Each stream may wait for it.
  socket.setMaxListeners(0)
  const { _protocol: protocol, _chanMgr } = insideOf(client)
  const channels = new ChannelRules(() => _chanMgr._channels)
  const messages = new ServerMessages(
    {
      ...guarded,
      attempts: () => protocol._authsQueue,
      choosesGroup: () => protocol._kex?.type === 'groupex' && protocol._kex._step === 1,
    },
    channels,
  )
  watchPayloads(protocol, (payload) => {
    if (socket.writableLength > mostUntaken) throw misbehaved(place, 'takes nothing of what it is sent')
    return messages.see(payload)
  })
  const handle = protocol._onPayload
  protocol._onPayload = (payload) => {
    if (payload.length === 0) messages.empty()
    return handle(payload)
  }
  const send = protocol.channelData.bind(protocol)
  protocol.channelData = (channel, data) => {
    messages.sent(data.length)
    send(channel, data)
  }
  parseInTurns(protocol, socket, (error) => {
    guarded.broken(error)
  })
  let early = 0
  const parse = protocol.parse
  protocol.parse = (chunk, from, to) => {
    if (!guarded.isUp() && (early += to - from) > mostBeforeLogin)
      guarded.broken(misbehaved(place, 'sends megabytes before it has let anybody in'))
    else parse(chunk, from, to)
  }
}
