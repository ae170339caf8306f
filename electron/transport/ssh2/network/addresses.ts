import type { Socket } from 'node:net'
import { codeOf, whyBroken } from '../../../core/base/broken-stream'
import { failed, FailureError } from '../../../core/base/failure'
import type { HopSettings } from '../../ssh-config/hop-settings'
import { localAddress, systemNetwork, type Address, type Network } from './network'

/** An address that does not answer is not waited for longer before the next one is tried beside it; milliseconds. */
const headStart = 2000
/** As OpenSSH between its rounds (ssh_config(5), ConnectionAttempts). */
const betweenRounds = 1000
const mostTold = 8

/**
 * Opens a TCP connection to whichever address of a host answers. As with OpenSSH they are tried in the system's order and
 * each has the whole ConnectTimeout; one that does not answer does not hold up the others until then.
 * @throws FailureError `host-unreachable`, with what became of each address; `cancelled`
 */
export async function connectToHost(
  hop: HopSettings,
  signal: AbortSignal,
  network: Network = systemNetwork,
): Promise<Socket> {
  const stop = new AbortController()
  const cancelled = new Promise<never>((_resolve, reject) => {
    const cancel = () => {
      stop.abort()
      reject(failed('cancelled', `Connecting to ${placeOf(hop)} was cancelled.`))
    }
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true, signal: stop.signal })
  })
  try {
    return await Promise.race([cancelled, roundsOf(hop, network, stop.signal)])
  } finally {
    stop.abort()
  }
}

async function roundsOf(hop: HopSettings, network: Network, stop: AbortSignal): Promise<Socket> {
  const addresses = await addressesOf(hop, network)
  for (let round = 1; ; round += 1) {
    const answer = await new AddressRace(hop, addresses, network, stop).result
    if (!(answer instanceof FailureError)) return answer
    if (round >= (hop.connectionAttempts ?? 1) || stop.aborted) throw answer
    await pause(betweenRounds, stop)
  }
}

async function addressesOf(hop: HopSettings, network: Network): Promise<readonly Address[]> {
  const { addressFamily } = hop
  const family = addressFamily === undefined ? 0 : addressFamily === 'inet' ? 4 : 6
  let found: readonly Address[]
  try {
    found = await network.resolve(hop.hostName, family)
  } catch (error) {
    throw unresolved(hop, codeOf(error), error)
  }
  // An address in place of a name is given back whatever kind was asked for.
  const usable = found.filter((one) => family === 0 || one.family === family)
  if (usable.length === 0) throw unresolved(hop, '', undefined)
  return usable
}

function unresolved(hop: HopSettings, code: string, error: unknown): FailureError {
  const { addressFamily } = hop
  if (addressFamily !== undefined && ['', 'ENOTFOUND', 'ENODATA'].includes(code))
    return failed(
      'host-unreachable',
      `${placeOf(hop)} has no ${addressFamily === 'inet' ? 'IPv4' : 'IPv6'} address that is known here, and AddressFamily in the SSH configuration is ${addressFamily}.`,
      'Check the spelling, the DNS or VPN that knows the name, and AddressFamily.',
    )
  const why = code === '' ? whyBroken(error) : code
  return failed(
    'host-unreachable',
    `The name of ${placeOf(hop)} cannot be resolved (${why}).`,
    'Check the spelling, and the DNS or VPN that knows the name.',
  )
}

/** One try of all addresses. */
class AddressRace {
  /** A connection, or what became of each address. */
  readonly result: Promise<Socket | FailureError>
  readonly #hop: HopSettings
  readonly #addresses: readonly Address[]
  readonly #network: Network
  readonly #stop: AbortSignal
  readonly #fates = new Map<string, { readonly why: string; readonly code: string }>()
  readonly #open = new Map<Socket, NodeJS.Timeout>()
  #started = 0
  #next: NodeJS.Timeout | undefined
  #settle: (answer: Socket | FailureError) => void = () => undefined

  constructor(hop: HopSettings, addresses: readonly Address[], network: Network, stop: AbortSignal) {
    this.#hop = hop
    this.#addresses = addresses
    this.#network = network
    this.#stop = stop
    this.result = new Promise((resolve) => {
      this.#settle = (answer) => {
        stop.removeEventListener('abort', end)
        this.#end(answer)
        resolve(answer)
      }
      const end = () => {
        this.#settle(this.#failure())
      }
      stop.addEventListener('abort', end, { once: true })
      if (stop.aborted) end()
      else this.#startNext()
    })
  }

  /** The next address begins when the one before failed, or when its head start is over. */
  #startNext(): void {
    clearTimeout(this.#next)
    const to = this.#addresses[this.#started]
    if (to === undefined) {
      if (this.#open.size === 0) this.#settle(this.#failure())
      return
    }
    this.#started += 1
    if (this.#started < this.#addresses.length)
      this.#next = setTimeout(
        () => {
          this.#startNext()
        },
        Math.min(headStart, this.#hop.connectTimeout / this.#addresses.length),
      )
    void this.#try(to)
  }

  async #try(to: Address): Promise<void> {
    let from: string | undefined
    try {
      from = await localAddress(this.#hop, to.family, this.#network)
    } catch (error) {
      this.#failedAt(to, whyBroken(error), codeOf(error))
      return
    }
    if (this.#stop.aborted) return
    const socket = this.#network.connect(to, this.#hop.port, from)
    const timer = setTimeout(() => {
      fail(`no answer within ${String(this.#hop.connectTimeout / 1000)} seconds`, 'ETIMEDOUT')
    }, this.#hop.connectTimeout)
    this.#open.set(socket, timer)
    const refuse = (error: NodeJS.ErrnoException) => {
      fail(fateOf(error, from), codeOf(error))
    }
    const fail = (why: string, code: string) => {
      this.#drop(socket)
      this.#failedAt(to, why, code)
    }
    socket.once('error', refuse)
    socket.once('connect', () => {
      socket.off('error', refuse)
      clearTimeout(timer)
      this.#open.delete(socket)
      this.#settle(socket)
    })
  }

  #failedAt({ address }: Address, why: string, code: string): void {
    this.#fates.set(address, { why, code })
    this.#startNext()
  }

  #drop(socket: Socket): void {
    clearTimeout(this.#open.get(socket))
    this.#open.delete(socket)
    socket.removeAllListeners('error').removeAllListeners('connect')
    socket.on('error', () => undefined)
    socket.destroy()
  }

  #end(answer: Socket | FailureError): void {
    clearTimeout(this.#next)
    this.#started = this.#addresses.length
    for (const socket of [...this.#open.keys()]) if (socket !== answer) this.#drop(socket)
  }

  #failure(): FailureError {
    const place = placeOf(this.#hop)
    const fates = [...this.#fates]
    const isRefused = fates.length > 0 && fates.every(([, { code }]) => code === 'ECONNREFUSED')
    const [only] = fates
    const remedy = isRefused
      ? 'Check the port, and that sshd runs on the host.'
      : 'Check the name and the port, that the host is up, and that no firewall stands between.'
    if (only !== undefined && fates.length === 1 && only[0] === this.#hop.hostName)
      return failed('host-unreachable', `${place} cannot be reached: ${only[1].why}.`, remedy)
    const told = fates.slice(0, mostTold).map(([address, { why }]) => `${address}: ${why}`)
    const left = fates.length - told.length
    const more = left > 0 ? `; and ${String(left)} more addresses` : ''
    return failed('host-unreachable', `${place} cannot be reached: ${told.join('; ')}${more}.`, remedy)
  }
}

/** What became of an attempt at one address, as half a sentence. */
function fateOf(error: NodeJS.ErrnoException, from: string | undefined): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'refused, nothing listens there'
    case 'ETIMEDOUT':
      return 'no answer'
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `no way leads there (${error.code})`
    case 'EADDRNOTAVAIL':
      return from === undefined
        ? 'this machine has no address to come from (EADDRNOTAVAIL)'
        : `${from}, which it was to come from, is no address of this machine (EADDRNOTAVAIL)`
    default:
      return whyBroken(error)
  }
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    stop.addEventListener('abort', end, { once: true })
  })
}

export function placeOf({ hostName, port }: HopSettings): string {
  return `${hostName} port ${String(port)}`
}
