import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ServerChannel } from 'ssh2'
import { readyMark } from '../../../../../electron/transport/ssh2/commands/shell-loop'
import { hostThat } from '../../../../builders/hosts/scripted-host'
import { hopTo, nobodyAborts, transportOver } from '../../../../builders/hosts/ssh-host'
import type { Asked } from '../../../../engines/ssh/scripted-sshd'
import { eventually } from '../../../../engines/wait'

const cancelled = { failure: { kind: 'cancelled' } }
const socketPath = '/engine.sock'

/** What a host is asked for and does not answer before a test wants it. */
function unanswered<Request>() {
  const requests: Request[] = []
  const next = (at = 0) => eventually(() => requests[at], { what: 'the host to be asked' })
  return { requests, next }
}

describe('The opening of a stream that is given up', () => {
  test('ends for its caller at once, and what comes of it is closed', async () => {
    const { requests, next } = unanswered<Asked>()
    const transport = await hostThat({ stream: (_, asked) => void requests.push(asked) })
    const giving = new AbortController()
    const opening = transport.openStream(socketPath, giving.signal)
    const asked = await next()
    giving.abort()
    await expect(opening).rejects.toMatchObject(cancelled)
    const channel = asked.accept()
    channel.resume()
    await once(channel, 'close')
    // The connection is there for others.
    const other = transport.openStream(socketPath, nobodyAborts)
    ;(await next(1)).accept().write('here')
    const stream = await other
    expect(String((await once(stream, 'data'))[0])).toBe('here')
  })

  test('before it began asks the host for nothing', async () => {
    const { requests } = unanswered<Asked>()
    const transport = await hostThat({ stream: (_, asked) => void requests.push(asked) })
    await transport.open(undefined, nobodyAborts)
    await expect(transport.openStream(socketPath, AbortSignal.abort())).rejects.toMatchObject(cancelled)
    expect(requests).toEqual([])
  })

  /** A host that forwards nothing, and whose commands hang from this one on. */
  async function hostThatHangsAt(hangs: 'any' | 'dial-stdio') {
    let hang: (channel: ServerChannel) => void = () => undefined
    const hanging = new Promise<ServerChannel>((resolve) => (hang = resolve))
    const transport = await hostThat({
      exec: (command, asked) => {
        const channel = asked.accept()
        // Asked to find out whether another command runs in its place.
        if (command === 'true') {
          channel.exit(0)
          channel.close()
          return
        }
        if (!command.includes('dial-stdio')) channel.write(readyMark)
        if (hangs === 'any' || command.includes(hangs)) {
          channel.once('data', () => {
            hang(channel)
          })
          return
        }
        let heard = ''
        channel.on('data', (data: Buffer) => {
          heard += data.toString('latin1')
          const [, begin = '', end = ''] = /^(.+)\n(.+)\n/.exec(heard) ?? []
          if (!heard.endsWith(`${socketPath}\n`)) return
          channel.write(`${begin}usable\ndocker\nroot\ndocker\n${end}0;`)
          channel.exit(0)
          channel.close()
        })
      },
    })
    return { transport, hanging }
  }

  test.each([
    ['to find out why there is none', 'any'],
    ['to copy it', 'dial-stdio'],
  ] as const)('ends the command that the host runs %s', async (_, hangs) => {
    const { transport, hanging } = await hostThatHangsAt(hangs)
    const giving = new AbortController()
    const opening = transport.openStream(socketPath, giving.signal)
    const closed = once(await hanging, 'close')
    giving.abort()
    await expect(opening).rejects.toMatchObject(cancelled)
    await closed
  })

  test('is not waited for without a limit where the command that is to copy it does not begin', async () => {
    const { transport, hanging } = await hostThatHangsAt('dial-stdio')
    await transport.open(undefined, nobodyAborts)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const opening = transport.openStream(socketPath, nobodyAborts)
    opening.catch(() => undefined)
    const closed = once(await hanging, 'close')
    await vi.advanceTimersByTimeAsync(10_000)
    await expect(opening).rejects.toMatchObject({
      failure: {
        kind: 'engine-unreachable',
        message: expect.stringContaining('did not begin on the host within 10 seconds') as string,
      },
    })
    await closed
  })
})

/** A port that takes connections and never says anything. */
async function silentPort() {
  const connections: Socket[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.resume()
    connections.push(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of connections) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const transport = transportOver(hopTo({ port, knownHostsFile: '/nonexistent' }))
  onTestFinished(() => transport.close())
  const connected = (count: number) => eventually(() => connections.length === count)
  return { transport, connections, connected }
}

describe('A connection to a host that says nothing', () => {
  test('is made for all who want it until the last of them gives up', async () => {
    const { transport, connections, connected } = await silentPort()
    const wanting = [new AbortController(), new AbortController()]
    const opened = wanting.map(({ signal }) => transport.openStream(socketPath, signal))
    await connected(1)
    const closed = once(connections[0] as Socket, 'close')
    wanting[0]?.abort()
    await expect(opened[0]).rejects.toMatchObject(cancelled)
    expect(connections[0]?.destroyed).toBe(false)
    wanting[1]?.abort()
    await expect(opened[1]).rejects.toMatchObject(cancelled)
    await closed
    expect(connections).toHaveLength(1)
  })

  test('is made anew for whoever comes after that, never twice at once', async () => {
    const { transport, connections, connected } = await silentPort()
    const first = new AbortController()
    const given = transport.openStream(socketPath, first.signal)
    await connected(1)
    first.abort()
    await expect(given).rejects.toMatchObject(cancelled)
    const second = new AbortController()
    const later = transport.openStream(socketPath, second.signal)
    await connected(2)
    expect(connections[0]?.destroyed).toBe(true)
    second.abort()
    await expect(later).rejects.toMatchObject(cancelled)
    await eventually(() => connections[1]?.destroyed)
  })

  test('ends with the command that alone wants it', async () => {
    const { transport, connections, connected } = await silentPort()
    const giving = new AbortController()
    const parts = transport.run({ name: 'a test', script: 'true' }, giving.signal)
    const first = parts[Symbol.asyncIterator]().next()
    await connected(1)
    giving.abort()
    await expect(first).rejects.toMatchObject(cancelled)
    await eventually(() => connections[0]?.destroyed)
  })

  test('goes on for a person who opens the host while another gives up', async () => {
    const { transport, connections, connected } = await silentPort()
    const background = new AbortController()
    const person = new AbortController()
    const looked = transport.openStream(socketPath, background.signal)
    await connected(1)
    const opened = transport.open(() => Promise.resolve(undefined), person.signal)
    background.abort()
    await expect(looked).rejects.toMatchObject(cancelled)
    expect(connections[0]?.destroyed).toBe(false)
    person.abort()
    await expect(opened).rejects.toMatchObject(cancelled)
    await eventually(() => connections.every(({ destroyed }) => destroyed))
  })
})
