import type { KeptChannel } from './inside'

/** Bytes that a server may still send on the channels whose room is counted here and not by ssh2. */
const left = new WeakMap<object, number>()

/**
 * Has ssh2 give a server no more room on a channel, and counts here how many bytes it may still send. Once a channel is closed it must get
 * none: that may not come after its end (RFC 4254, 5.3), and Dropbear ends the whole connection for it.
 */
export function keepRoom(channel: object, bytes?: number): void {
  if (left.has(channel)) return
  const { incoming } = channel as KeptChannel
  left.set(channel, bytes ?? incoming.window)
  incoming.window = Infinity
}

/** Counts that the server was told of more room. */
export function addRoom(channel: object, bytes: number): void {
  left.set(channel, (left.get(channel) ?? 0) + bytes)
}

/** Counts bytes that came, and gives what the server may still send; below 0 it sent more than it may. */
export function useRoom(channel: KeptChannel, bytes: number): number {
  const kept = left.get(channel)
  // ssh2 counts by itself when it has what came.
  if (kept === undefined) return channel.incoming.window - bytes
  left.set(channel, kept - bytes)
  return kept - bytes
}
