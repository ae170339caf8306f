import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { failed } from '../../../core/base/failure'
import { connectToHost, placeOf } from '../network/addresses'
import { channelRefusal, type ChannelRefusal } from '../channels/channel-refusal'
import { closeChannel } from '../channels/channel-stream'
import type { ConnectionLog } from '../../remote/connection-log'
import type { HopSettings } from '../../ssh-config/hop-settings'
import { ProxyStream } from '../network/proxy-stream'

/**
 * Opens what carries the SSH connection of one hop: a TCP connection, a channel through the hop before, or the standard
 * streams of its ProxyCommand.
 * @throws FailureError `host-unreachable` or `cancelled`
 */
export async function openHopSocket(
  hop: HopSettings,
  through: Client | undefined,
  log: ConnectionLog,
  signal: AbortSignal,
): Promise<Duplex> {
  if (hop.proxyCommand !== undefined) return new ProxyStream(hop.proxyCommand, log)
  return through === undefined ? await connectToHost(hop, signal) : await forwarded(hop, through, signal)
}

function forwarded(hop: HopSettings, through: Client, signal: AbortSignal): Promise<Duplex> {
  const place = placeOf(hop)
  return new Promise((resolve, reject) => {
    const refuse = ({ why, isForbidden }: ChannelRefusal) => {
      const message = isForbidden
        ? `The jump host lets nobody connect to ${place} through it (${why}).`
        : `The jump host cannot reach ${place}: ${why}.`
      const remedy = isForbidden
        ? 'Look at AllowTcpForwarding, DisableForwarding and PermitOpen in its sshd_config, and at what its authorized_keys permits.'
        : 'Check the name and the port as the jump host knows them.'
      settle(() => {
        reject(failed('host-unreachable', message, remedy))
      })
    }
    const cancel = () => {
      settle(() => {
        reject(failed('cancelled', `Connecting to ${place} was cancelled.`))
      })
    }
    const timer = setTimeout(() => {
      refuse({ why: `no answer within ${String(hop.connectTimeout / 1000)} seconds`, isForbidden: false })
    }, hop.connectTimeout)
    let isSettled = false
    const settle = (how: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
      if (!isSettled) how()
      isSettled = true
    }
    signal.addEventListener('abort', cancel, { once: true })
    if (signal.aborted) cancel()
    try {
      through.forwardOut('127.0.0.1', 0, hop.hostName, hop.port, (error, channel) => {
        if (error !== undefined) refuse(channelRefusal(error))
        else if (isSettled) closeChannel(channel)
        else {
          channel.stderr.resume()
          settle(() => {
            resolve(channel)
          })
        }
      })
    } catch (error) {
      refuse(channelRefusal(error))
    }
  })
}

/** Whether a connection goes to a loopback address, by itself and not through another one (sshconnect.c, sockaddr_is_local). */
export function isThisMachine(socket: Duplex): boolean {
  const address = socket instanceof Socket ? (socket.remoteAddress ?? '') : ''
  return address === '::1' || address.startsWith('127.')
}
