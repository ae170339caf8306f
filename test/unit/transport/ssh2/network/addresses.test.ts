import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { connectToHost } from '../../../../../electron/transport/ssh2/network/addresses'
import type { HopSettings } from '../../../../../electron/transport/ssh-config/hop-settings'
import type { Network } from '../../../../../electron/transport/ssh2/network/network'
import { hopTo, nobodyAborts } from '../../../../builders/hosts/ssh-host'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

/** A socket that never was: it connects or fails when it is told to. */
class Attempt extends EventEmitter {
  destroyed = false

  constructor(
    readonly address: string,
    readonly from: string | undefined,
  ) {
    super()
  }

  destroy(): void {
    this.destroyed = true
  }

  fail(code: string): void {
    this.emit('error', Object.assign(new Error(`connect ${code}`), { code }))
  }
}

const ipv6 = '2001:db8::1'
const ipv4 = '192.0.2.1'

/** A network in which a name has these addresses; what becomes of each attempt is for the test to say. */
function networkOf(...addresses: readonly string[]) {
  const attempts: Attempt[] = []
  const network: Network = {
    resolve: (name, family) =>
      Promise.resolve(
        (name === 'host' ? addresses : name === 'mine' ? ['198.51.100.4', '2001:db8::4'] : [name])
          .map((address) => ({ address, family: address.includes(':') ? (6 as const) : (4 as const) }))
          .filter((one) => name !== 'host' || family === 0 || one.family === family),
      ),
    connect(to, _port, from) {
      const attempt = new Attempt(to.address, from)
      attempts.push(attempt)
      return attempt as unknown as Socket
    },
    interfaces: () => ({
      wan0: [
        { address: 'fe80::7', family: 'IPv6' },
        { address: '127.0.0.1', family: 'IPv4' },
        { address: '198.51.100.7', family: 'IPv4' },
      ] as never,
    }),
  }
  return { attempts, network }
}

const hop = (changes: Partial<HopSettings> = {}) =>
  hopTo({ port: 22, knownHostsFile: '/dev/null' }, { hostName: 'host', connectTimeout: 20_000, ...changes })

/** What a promise comes to, without anybody waiting for it. */
function outcomeOf(opening: Promise<Socket>) {
  const outcome: { socket?: unknown; message?: string; kind?: string } = {}
  opening.then(
    (socket) => (outcome.socket = socket),
    (error: { failure: { message: string; kind: string } }) => Object.assign(outcome, error.failure),
  )
  return outcome
}

function start(network: Network, changes: Partial<HopSettings> = {}, signal = nobodyAborts) {
  return outcomeOf(connectToHost(hop(changes), signal, network))
}

describe('Of two addresses', () => {
  test('that are far away the first is given its time, and taken', async () => {
    const { attempts, network } = networkOf(ipv6, ipv4)
    const outcome = start(network)
    await vi.advanceTimersByTimeAsync(300)
    expect(attempts.map(({ address }) => address)).toEqual([ipv6])
    attempts[0]?.emit('connect')
    await vi.advanceTimersByTimeAsync(0)
    expect(outcome.socket).toBe(attempts[0])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(attempts).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a dead one does not hold up the other for the whole ConnectTimeout', async () => {
    const { attempts, network } = networkOf(ipv6, ipv4)
    const outcome = start(network)
    await vi.advanceTimersByTimeAsync(2000)
    expect(attempts.map(({ address }) => address)).toEqual([ipv6, ipv4])
    attempts[1]?.emit('connect')
    await vi.advanceTimersByTimeAsync(0)
    expect(outcome.socket).toBe(attempts[1])
    expect(attempts[0]?.destroyed).toBe(true)
    expect(attempts[1]?.destroyed).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a slow one may still be the first to answer', async () => {
    const { attempts, network } = networkOf(ipv6, ipv4)
    const outcome = start(network)
    await vi.advanceTimersByTimeAsync(19_000)
    attempts[0]?.emit('connect')
    await vi.advanceTimersByTimeAsync(0)
    expect(outcome.socket).toBe(attempts[0])
    expect(attempts[1]?.destroyed).toBe(true)
  })

  test('the second is tried at once when the first refuses', async () => {
    const { attempts, network } = networkOf(ipv6, ipv4)
    const outcome = start(network)
    await vi.advanceTimersByTimeAsync(0)
    attempts[0]?.fail('ENETUNREACH')
    await vi.advanceTimersByTimeAsync(0)
    attempts[1]?.emit('connect')
    await vi.advanceTimersByTimeAsync(0)
    expect(outcome.socket).toBe(attempts[1])
  })

  test('each is told of', async () => {
    const { attempts, network } = networkOf(ipv6, ipv4)
    const outcome = start(network, { connectTimeout: 3000 })
    await vi.advanceTimersByTimeAsync(0)
    attempts[0]?.fail('ECONNREFUSED')
    await vi.advanceTimersByTimeAsync(2999)
    expect(outcome).toEqual({})
    await vi.advanceTimersByTimeAsync(1)
    expect(outcome).toMatchObject({
      kind: 'host-unreachable',
      message: `host port 22 cannot be reached: ${ipv6}: refused, nothing listens there; ${ipv4}: no answer within 3 seconds.`,
    })
  })

  test('a short ConnectTimeout is shared out, and each has the whole of it', async () => {
    const { attempts, network } = networkOf(ipv6, ipv4)
    const outcome = start(network, { connectTimeout: 1000 })
    await vi.advanceTimersByTimeAsync(499)
    expect(attempts).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(attempts).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(999)
    expect(outcome).toEqual({})
    await vi.advanceTimersByTimeAsync(1)
    expect(outcome.message).toContain(`${ipv6}: no answer within 1 seconds; ${ipv4}: no answer`)
  })
})

test.each([
  ['inet', ipv4],
  ['inet6', ipv6],
] as const)('AddressFamily %s leaves the other kind aside', async (addressFamily, wanted) => {
  const { attempts, network } = networkOf(ipv6, ipv4)
  start(network, { addressFamily })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(attempts.map(({ address }) => address)).toEqual([wanted])
})

test('twenty dead addresses are told of in a sentence that can be read', async () => {
  const addresses = Array.from({ length: 20 }, (_, last) => `192.0.2.${last}`)
  const { network } = networkOf(...addresses)
  const outcome = start(network)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(outcome.message).toMatch(/192\.0\.2\.7: no answer within 20 seconds; and 12 more addresses\.$/)
})

describe('ConnectionAttempts', () => {
  test('tries all addresses again after a second', async () => {
    const { attempts, network } = networkOf(ipv4)
    const outcome = start(network, { connectionAttempts: 3 })
    for (const round of [1, 2, 3]) {
      await vi.advanceTimersByTimeAsync(round === 1 ? 0 : 1000)
      expect(attempts).toHaveLength(round)
      attempts.at(-1)?.fail('ECONNREFUSED')
    }
    await vi.advanceTimersByTimeAsync(0)
    expect(outcome.message).toContain('refused')
  })

  test('ends with the one that succeeds', async () => {
    const { attempts, network } = networkOf(ipv4)
    const outcome = start(network, { connectionAttempts: 3 })
    await vi.advanceTimersByTimeAsync(0)
    attempts[0]?.fail('ECONNREFUSED')
    await vi.advanceTimersByTimeAsync(1000)
    attempts[1]?.emit('connect')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(outcome.socket).toBe(attempts[1])
    expect(attempts).toHaveLength(2)
  })
})

describe('A connection comes from', () => {
  test.each<[string, Partial<HopSettings>, readonly (string | undefined)[]]>([
    ['where the system likes', {}, [undefined, undefined]],
    ['the address of a name in each kind', { bindAddress: 'mine' }, ['2001:db8::4', '198.51.100.4']],
    [
      'an address of an interface that others reach',
      { bindInterface: 'wan0' },
      ['fe80::7%wan0', '198.51.100.7'],
    ],
    [
      'the address where an interface is named too',
      { bindAddress: 'mine', bindInterface: 'wan0' },
      ['2001:db8::4', '198.51.100.4'],
    ],
  ])('%s', async (_, changes, from) => {
    const { attempts, network } = networkOf(ipv6, ipv4)
    start(network, changes)
    await vi.advanceTimersByTimeAsync(2000)
    expect(attempts.map((attempt) => attempt.from)).toEqual(from)
  })

  test('nowhere, where the interface has no address of the kind', async () => {
    const { attempts, network } = networkOf(ipv6)
    const outcome = start(network, { bindInterface: 'eth7' })
    await vi.advanceTimersByTimeAsync(0)
    expect(attempts).toEqual([])
    expect(outcome.message).toContain(`${ipv6}: BindInterface eth7 has no IPv6 address, or is not there`)
  })
})

describe('Giving up', () => {
  test.each([0, 500, 2500])('after %d ms destroys what was begun', async (ms) => {
    const { attempts, network } = networkOf(ipv6, ipv4)
    const giveUp = new AbortController()
    const outcome = start(network, {}, giveUp.signal)
    await vi.advanceTimersByTimeAsync(ms)
    giveUp.abort()
    await vi.advanceTimersByTimeAsync(0)
    expect(outcome.kind).toBe('cancelled')
    expect(attempts.every(({ destroyed }) => destroyed)).toBe(true)
    const begun = attempts.length
    await vi.advanceTimersByTimeAsync(60_000)
    expect(attempts).toHaveLength(begun)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('before a name is known needs no address', async () => {
    const { attempts, network } = networkOf(ipv4)
    const giveUp = new AbortController()
    giveUp.abort()
    const outcome = start(network, {}, giveUp.signal)
    await vi.advanceTimersByTimeAsync(0)
    expect([outcome.kind, attempts.length]).toEqual(['cancelled', 0])
  })
})
