import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { failed, type FailureError } from '../../core/failure'
import type { ConnectionLog } from './connection-log'
import type { HopSettings } from './hop-settings'
import { lookUpName } from './name-lookup'
import { ProxyStream } from './proxy-stream'

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
  return through === undefined ? await tcpSocket(hop, signal) : await forwarded(hop, through, signal)
}

function tcpSocket(hop: HopSettings, signal: AbortSignal): Promise<Duplex> {
  const place = `${hop.hostName} port ${String(hop.port)}`
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hop.hostName, port: hop.port, noDelay: true, lookup: lookUpName })
    const seconds = hop.connectTimeout / 1000
    const timer = setTimeout(() => {
      fail(
        failed(
          'host-unreachable',
          `${place} did not answer within ${String(seconds)} seconds.`,
          lookAtNetwork,
        ),
      )
    }, hop.connectTimeout)
    const cancel = () => {
      fail(failed('cancelled', `Connecting to ${place} was cancelled.`))
    }
    const refuse = (error: NodeJS.ErrnoException) => {
      fail(socketFailure(place, error))
    }
    const settle = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
      socket.off('error', refuse)
    }
    const fail = (failure: FailureError) => {
      settle()
      socket.on('error', () => undefined)
      socket.destroy()
      reject(failure)
    }
    signal.addEventListener('abort', cancel, { once: true })
    socket.once('error', refuse)
    socket.once('connect', () => {
      settle()
      resolve(socket)
    })
    if (signal.aborted) cancel()
  })
}

const lookAtNetwork = 'Check the name and the port, that the host is up, and that no firewall stands between.'

function socketFailure(place: string, error: NodeJS.ErrnoException): FailureError {
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return failed(
        'host-unreachable',
        `The name of ${place} cannot be resolved (${error.code}).`,
        'Check the spelling, and the DNS or VPN that knows the name.',
      )
    case 'ECONNREFUSED':
      return failed(
        'host-unreachable',
        `${place} refuses connections: nothing listens there.`,
        'Check the port, and that sshd runs on the host.',
      )
    default:
      return failed('host-unreachable', `${place} cannot be reached: ${error.message}`, lookAtNetwork)
  }
}

function forwarded(hop: HopSettings, through: Client, signal: AbortSignal): Promise<Duplex> {
  const place = `${hop.hostName} port ${String(hop.port)}`
  return new Promise((resolve, reject) => {
    const refuse = (reason: string) => {
      const message = `The jump host cannot reach ${place}: ${reason}`
      const remedy = 'Check the name as the jump host knows it, and AllowTcpForwarding in its sshd_config.'
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
      refuse(`no answer within ${String(hop.connectTimeout / 1000)} seconds`)
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
        if (error !== undefined) refuse(error.message)
        else if (isSettled) channel.destroy()
        else
          settle(() => {
            resolve(channel)
          })
      })
    } catch (error) {
      refuse(error instanceof Error ? error.message : String(error))
    }
  })
}
