import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { failed } from '../../../../electron/core/base/failure'
import { EngineHttp } from '../../../../electron/engine/http/http'
import type { Transport } from '../../../../electron/transport/transport'
import { eventually } from '../../../engines/wait'

const signal = new AbortController().signal
let server: Server
let streams: Duplex[]

/** A transport whose streams lead to the server of this test; `before` is the way there. */
function transportTo(before: () => Promise<void> = () => Promise.resolve()): Transport {
  return {
    open: () => Promise.resolve(),
    run: () => {
      throw new Error('no commands here')
    },
    close: () => Promise.resolve(),
    async openStream() {
      await before()
      const stream = connect((server.address() as AddressInfo).port, '127.0.0.1')
      streams.push(stream)
      return stream
    },
  }
}

beforeEach(async () => {
  streams = []
  server = createServer((asked, answer) => {
    if (asked.url === '/silent') return
    answer.writeHead(200, { 'Content-Length': 1000 })
    if (asked.url === '/whole') answer.end('x'.repeat(1000))
    else answer.write('half')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const lost = failed('connection-lost', 'The connection to the host was lost.')

describe('a request to an engine', () => {
  it('says that the connection was lost when that happens in the middle of an answer', async () => {
    const http = new EngineHttp(transportTo(), '/socket')
    const answer = await http.open({ path: '/half' }, signal)
    const read = (async () => {
      for await (const part of answer) expect(String(part)).toBe('half')
    })()
    streams[0]?.destroy(lost)
    await expect(read).rejects.toBe(lost)
    http.close()
  })

  it('says so when it happens before the answer', async () => {
    const http = new EngineHttp(transportTo(), '/socket')
    const asked = http.send({ path: '/silent' }, signal)
    await eventually(() => streams.length === 1)
    streams[0]?.destroy(lost)
    await expect(asked).rejects.toBe(lost)
    http.close()
  })

  it('says who closed the connection where this side did', async () => {
    const http = new EngineHttp(transportTo(), '/socket')
    const isReached = once(server, 'request')
    const asked = http.send({ path: '/silent' }, signal)
    await isReached
    http.close()
    await expect(asked).rejects.toMatchObject({
      failure: {
        kind: 'engine-unreachable',
        message: expect.stringContaining('was given up') as string,
      },
    })
  })

  it('gives the engine its time from when it was reached: the way there may be long', async () => {
    // Time passes where it is told to, and what really goes over the connection takes none.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    let arrive: () => void = () => undefined
    const way = new Promise<void>((resolve) => (arrive = resolve))
    const http = new EngineHttp(
      transportTo(() => way),
      '/socket',
    )
    const asked = http.send({ path: '/whole', timeout: 100 }, signal)
    await vi.advanceTimersByTimeAsync(200)
    arrive()
    expect((await asked).body).toHaveLength(1000)
    http.close()
  })

  it('fails when the engine is reached and silent', async () => {
    const http = new EngineHttp(transportTo(), '/socket')
    await expect(http.send({ path: '/silent', timeout: 20 }, signal)).rejects.toMatchObject({
      failure: { kind: 'timed-out' },
    })
    http.close()
  })

  describe('an answer that goes no further', () => {
    /** Sends the head and some of the body, and then one byte every so many milliseconds, or nothing. */
    function trickling(every?: number): void {
      server.removeAllListeners('request')
      server.on('request', (_, answer) => {
        answer.writeHead(200, { 'Content-Length': 100_000 }).write('[')
        if (every === undefined) return
        const timer = setInterval(() => answer.write(' '), every)
        answer.on('close', () => clearInterval(timer))
      })
    }

    it.each([
      ['stands still', undefined],
      ['trickles', 5],
    ])('fails where it %s', async (_, every) => {
      trickling(every)
      const http = new EngineHttp(transportTo(), '/socket')
      onTestFinished(() => http.close())
      await expect(http.send({ path: '/list', timeout: 200 }, signal)).rejects.toMatchObject({
        failure: { kind: 'timed-out', message: expect.stringContaining('did not go on with it') as string },
      })
      expect(await eventually(() => Promise.resolve(streams.every(({ destroyed }) => destroyed)))).toBe(true)
    })

    it('may be read as slowly as its reader likes', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      onTestFinished(() => void vi.useRealTimers())
      const http = new EngineHttp(transportTo(), '/socket')
      onTestFinished(() => http.close())
      const parts = http.parts(await http.open({ path: '/whole' }, signal), signal)
      const first = await parts.next()
      await vi.advanceTimersByTimeAsync(3_600_000)
      let length = (first.value as Buffer).length
      for await (const part of parts) length += part.length
      expect(length).toBe(1000)
    })

    it('fails where its reader waits for a minute', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      onTestFinished(() => void vi.useRealTimers())
      const http = new EngineHttp(transportTo(), '/socket')
      onTestFinished(() => http.close())
      const parts = http.parts(await http.open({ path: '/half' }, signal), signal)
      expect(String((await parts.next()).value)).toBe('half')
      const next = parts.next()
      next.catch(() => undefined)
      await vi.advanceTimersByTimeAsync(60_000)
      await expect(next).rejects.toMatchObject({ failure: { kind: 'timed-out' } })
    })
  })
})
