import { type Duplex, PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  parseHello,
  readServerHello,
  type Hello,
  type HelloListener,
} from '../../../../../electron/transport/ssh2/hello/server-hello'
import { agreeableLists, kexinit, sshPacket } from '../../../../engines/ssh/raw-server'

const version = 'SSH-2.0-OpenSSH_9.9'
const offer = sshPacket(kexinit(...agreeableLists))
const padding = sshPacket(Buffer.from([2, 0, 0, 0, 0]))
const said = (...parts: readonly (string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))

describe('What a server says of itself', () => {
  test.each<[string, Buffer, Hello['state']]>([
    ['nothing', said(), 'silent'],
    ['a line that goes on', said('SSH-2.0-x'), 'silent'],
    ['lines before its version', said('Hello\r\n\r\nyou\n'), 'silent'],
    ['its version', said(`${version}\r\n`), 'greeted'],
    ['its version with a comment, without a return', said('SSH-2.0-x y z\n'), 'greeted'],
    ['the version of a server that knows both protocols', said('SSH-1.99-x\n'), 'greeted'],
    ['version 1', said('SSH-1.5-x\n'), 'old-version'],
    ['a version that is not yet', said('SSH-3.0-x\n'), 'not-ssh'],
    ['a version of nothing', said('SSH-2.0-\n'), 'not-ssh'],
    ['half a packet', said(`${version}\r\n`, offer.subarray(0, -1)), 'greeted'],
    ['its algorithms', said(`${version}\r\n`, offer), 'complete'],
    ['its algorithms after lines', said('Hello\n', `${version}\r\n`, offer), 'complete'],
    [
      'what may be skipped first',
      said(`${version}\r\n`, sshPacket(Buffer.from([2, 0, 0, 0, 0])), offer),
      'complete',
    ],
    [
      'a goodbye',
      said(`${version}\r\n`, sshPacket(Buffer.from([1, 0, 0, 0, 2, 0, 0, 0, 0]))),
      'disconnected',
    ],
    ['a goodbye cut short', said(`${version}\r\n`, sshPacket(Buffer.from([1]))), 'disconnected'],
    ['another message', said(`${version}\r\n`, sshPacket(Buffer.from([31, 0, 0, 0, 0]))), 'broken'],
    [
      'lists that end early',
      said(`${version}\r\n`, sshPacket(kexinit('a', 'b', 'c').subarray(0, 24))),
      'broken',
    ],
    ['a packet without an end', said(`${version}\r\n`, Buffer.from([0xff, 0, 0, 0, 4, 20])), 'broken'],
    ['an empty packet', said(`${version}\r\n`, Buffer.from([0, 0, 0, 5, 4, 0, 0, 0, 0])), 'broken'],
    ['text for packets', said(`${version}\r\n`, 'Protocol mismatch.\n'), 'broken'],
    ['a TLS alert', Buffer.from([0x15, 3, 1, 0, 2, 2, 0x46]), 'not-ssh'],
    ['telnet', Buffer.from([0xff, 0xfd, 0x18]), 'not-ssh'],
    ['a database', Buffer.from([0x4a, 0, 0, 0, 0x0a, 0x38]), 'not-ssh'],
    ['a line without an end', Buffer.alloc(9000, 'x'), 'not-ssh'],
    ['lines without an end', Buffer.alloc(4000, '\n'), 'not-ssh'],
    ['padding without an end', said(`${version}\r\n`, ...Array<Buffer>(20_000).fill(padding)), 'broken'],
    ['much padding', said(`${version}\r\n`, ...Array<Buffer>(5_000).fill(padding), offer), 'complete'],
  ])('is understood: %s', (_, bytes, state) => {
    expect(parseHello(bytes).state).toBe(state)
  })

  test('is read list by list', () => {
    const lists = ['k1,k2', 'h', 'out', 'in1,in2', 'm-out', '', 'none', 'none', '', '']
    expect(parseHello(said(`${version}\r\n`, sshPacket(kexinit(...lists))))).toEqual({
      state: 'complete',
      version,
      algorithms: {
        kex: ['k1', 'k2'],
        serverHostKey: ['h'],
        cipher: [['out'], ['in1', 'in2']],
        hmac: [['m-out'], []],
        compression: [['none'], ['none']],
      },
    })
  })

  test('never throws, whatever it is', () => {
    const whole = said('Hello\n', `${version}\r\n`, offer)
    for (let cut = 0; cut <= whole.length; cut += 1)
      expect(['silent', 'greeted', 'complete']).toContain(parseHello(whole.subarray(0, cut)).state)
    for (let at = 0; at < whole.length; at += 1)
      for (const bits of [0x01, 0x80, 0xff]) {
        const changed = Buffer.from(whole)
        changed.writeUInt8(changed.readUInt8(at) ^ bits, at)
        expect(() => parseHello(changed)).not.toThrow()
      }
  })
})

describe('Reading it from a socket', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function reading(socket: Duplex = new PassThrough()) {
    const heard: string[] = []
    const listener: HelloListener = {
      greeted: (one) => heard.push(`greeted ${one}`),
      done: (algorithms) => heard.push(`done ${String(algorithms?.kex.join())}`),
      failed: (hello, error) => heard.push(`failed ${hello.state} ${String(error?.message)}`),
    }
    readServerHello(socket, listener, 5000)
    return { socket, heard }
  }

  const turn = () => new Promise((resolve) => setImmediate(resolve))

  test('byte by byte leaves all of it in the socket', async () => {
    const { socket, heard } = reading()
    const bytes = said('Hello\n', `${version}\r\n`, offer, 'what follows')
    for (const byte of bytes) socket.write(Buffer.from([byte]))
    await turn()
    expect(heard).toEqual([`greeted ${version}`, `done ${agreeableLists[0]}`])
    const rest: Buffer[] = []
    socket.on('data', (data: Buffer) => rest.push(data)).resume()
    await turn()
    expect(Buffer.concat(rest)).toEqual(bytes)
  })

  test('of a server that waits for the other side goes on without its algorithms', async () => {
    const { socket, heard } = reading()
    socket.write(`${version}\r\n`)
    await turn()
    vi.advanceTimersByTime(4999)
    expect(heard).toEqual([`greeted ${version}`])
    vi.advanceTimersByTime(1)
    expect(heard).toEqual([`greeted ${version}`, 'done undefined'])
    socket.write(offer)
    await turn()
    expect(heard).toHaveLength(2)
  })

  test.each<[string, (socket: Duplex) => void, string]>([
    ['ends', (socket) => socket.end('no\n'), 'failed silent undefined'],
    ['breaks', (socket) => socket.destroy(new Error('reset')), 'failed silent reset'],
    ['is given up', (socket) => socket.destroy(), 'failed silent undefined'],
    ['says what it should not', (socket) => socket.write('SSH-1.5-x\n'), 'failed old-version undefined'],
  ])('of a server that %s tells so once', async (_, happens, told) => {
    const { socket, heard } = reading()
    happens(socket)
    await turn()
    socket.destroy()
    await turn()
    expect(heard.filter((line) => line.startsWith('failed'))).toEqual([told])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('of a socket that is gone already tells so', async () => {
    const gone = new PassThrough().on('error', () => undefined)
    gone.destroy(new Error('it could not be started'))
    await turn()
    const { heard } = reading(gone)
    await turn()
    expect(heard).toEqual(['failed silent it could not be started'])
  })
})
