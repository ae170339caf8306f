import type { KeptChannel } from './inside'

/** Room that the server still had on channels that were closed while it may have had more to say. */
const left = new WeakMap<object, number>()

/**
 * Has ssh2 never give the server more room on a channel: that may not come after its end (RFC 4254, 5.3), and Dropbear ends the whole
 * connection for it. What the server may still send is kept here.
 */
export function giveNoMoreRoom(channel: object): void {
  const { incoming } = channel as KeptChannel
  if (left.has(channel)) return
  left.set(channel, incoming.window)
  incoming.window = Infinity
}

/** Whether what comes on a channel is dropped. */
export function dropsFrom(channel: KeptChannel): boolean {
  return left.has(channel)
}

/** What a server may still send on a closed channel, in bytes; with `now` it is that from now on. */
export function closedWindow(channel: KeptChannel, now?: number): number {
  if (now !== undefined) left.set(channel, now)
  return left.get(channel) ?? 0
}
