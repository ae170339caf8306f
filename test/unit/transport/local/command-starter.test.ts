import { EventEmitter, once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  serveCommands,
  type StarterNews,
  type StarterOrder,
} from '../../../../electron/transport/local/command-starter'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { StarterClient } from '../../../../electron/transport/local/starter-client'
import { outputOf, type Transport } from '../../../../electron/transport/transport'
import { eventually } from '../../../engines/wait'

/** A starter in this process, whose messages arrive later than they are sent, as between two processes. */
function linked() {
  const wire = new EventEmitter()
  const orders: StarterOrder[] = []
  const news: StarterNews[] = []
  const client = new StarterClient({
    order(order) {
      orders.push(order)
      setImmediate(() => wire.emit('order', order))
    },
    onNews: (listener) => void wire.on('news', listener),
    onGone: (listener) => void wire.on('gone', listener),
  })
  const serve = () => {
    serveCommands({
      post(one: StarterNews) {
        news.push(one)
        setImmediate(() => wire.emit('news', one))
      },
      onOrder: (listener) => void wire.on('order', listener),
    })
  }
  return { client, orders, news, serve, wire }
}

let link: ReturnType<typeof linked>
let transport: Transport
/** Where everything that is made for a while goes, and nothing of anybody else. */
let folder: string
const { signal } = new AbortController()
const textOf = async (script: string, input = '') =>
  (await outputOf(transport, { name: 'a test', script, input: Buffer.from(input) }, signal)).toString('utf8')

/** The orders to begin so far, after one more command has run. */
async function ordered(script: string) {
  await textOf(script)
  return link.orders.filter((order) => 'begin' in order)
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-starter-'))
  vi.stubEnv('TMPDIR', folder)
  link = linked()
  transport = openLocalTransport({ start: link.client.start })
  link.serve()
  await once(link.wire, 'news')
})

afterEach(() => {
  link.client.close()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

/** Not for a process that has ended and whose status nobody has asked for yet. */
function isThere(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1') !== ''
  } catch {
    return false
  }
}

describe('commands that another process starts', () => {
  it('give their output, read their input, and say how they ended', async () => {
    expect(await textOf('echo one; cat; echo two', 'in between\n')).toBe('one\nin between\ntwo\n')
    expect(await textOf('cat', '')).toBe('')
    await expect(textOf('echo wrong >&2; exit 3')).rejects.toMatchObject({
      failure: { kind: 'command-failed', message: 'A test failed: the command ended with status 3. wrong.' },
    })
    expect(link.orders).toHaveLength(3)
  })

  it('give all of a long output and take all of a long input, many at once', async () => {
    const long = 'a line of some length\n'.repeat(200_000)
    const all = await Promise.all([
      textOf('cat', long),
      textOf('head -c 9000000 /dev/zero | tr "\\0" x'),
      ...Array.from({ length: 30 }, (_, at) => textOf(`echo ${String(at)}`)),
    ])
    expect(all[0]).toBe(long)
    expect(all[1]).toHaveLength(9_000_000)
    expect(all.slice(2)).toEqual(Array.from({ length: 30 }, (_, at) => `${String(at)}\n`))
  })

  it('keep their output when they end without reading all of their input', async () => {
    const long = 'a line of some length\n'.repeat(200_000)
    expect(await textOf('IFS= read -r line; echo "$line"', long)).toBe('a line of some length\n')
  })

  it('wait for who reads slowly', async () => {
    let length = 0
    for await (const part of transport.run({ name: 'a test', script: 'head -c 3000000 /dev/zero' }, signal)) {
      length += part.length
      if (length < 500_000) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(length).toBe(3_000_000)
  })

  it('end with everything they started when they are given up', async () => {
    const giving = new AbortController()
    const parts = transport.run({ name: 'a test', script: 'sleep 1000 & echo $!; wait' }, giving.signal)
    const first = await parts[Symbol.asyncIterator]().next()
    const pid = String(first.value).trim()
    // While it becomes another program it has no command line.
    await eventually(() => isThere(pid), { what: 'the process to be there' })
    giving.abort()
    await eventually(() => !isThere(pid), { what: 'the process to be gone' })
  })

  it('that are given up at once are cancelled and never begin', async () => {
    const giving = new AbortController()
    const begun = join(folder, 'begun')
    const output = outputOf(transport, { name: 'a test', script: `: >'${begun}'; sleep 1000` }, giving.signal)
    giving.abort()
    await expect(output).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    await eventually(() => link.news.some((news) => 'ended' in news))
    expect(existsSync(begun)).toBe(false)
  })

  it('that say nothing and close their output early are waited for', async () => {
    const [closed, goOn] = [join(folder, 'closed'), join(folder, 'go-on')]
    await textOf(`mkfifo '${goOn}'`)
    let isOver = false
    const silent = textOf(`exec >&-; : >'${closed}'; read -r _ <'${goOn}'; exit 5`).finally(() => {
      isOver = true
    })
    await eventually(() => existsSync(closed))
    // Whatever was told of the closed output has come before the end of a command that began later.
    await textOf('true')
    expect(isOver).toBe(false)
    await Promise.all([expect(silent).rejects.toThrow('status 5'), textOf(`echo >'${goOn}'`)])
  })

  it('fail when that process ends, and the next ones are started from here', async () => {
    const running = textOf('sleep 1000')
    await eventually(() => link.orders.length === 1)
    link.wire.emit('gone')
    await expect(running).rejects.toMatchObject({
      failure: {
        kind: 'command-failed',
        message:
          'A test failed: how the command ended is not known, for the process that starts commands has ended.',
      },
    })
    expect(await textOf('echo here')).toBe('here\n')
    expect(link.orders.filter((order) => 'begin' in order)).toHaveLength(1)
    link.wire.emit('order', { stop: (link.orders[0] as { begin: string }).begin })
  })

  it('are started from here where that process cannot reach this one, such as when /tmp was tidied up', async () => {
    const [first] = await ordered('true')
    rmSync(first?.socketPath ?? '')
    expect(await textOf('echo here; cat', 'with its input\n')).toBe('here\nwith its input\n')
    await expect(textOf('exit 3')).rejects.toThrow('status 3')
    expect(link.orders.filter((order) => 'begin' in order)).toHaveLength(3)
  })

  it('fail for what keeps both processes from starting them', async () => {
    vi.stubEnv('PATH', '/nonexistent')
    const elevated = outputOf(transport, { name: 'a test', script: 'id', elevated: true }, signal)
    await expect(elevated).rejects.toMatchObject({
      failure: {
        kind: 'command-failed',
        message: 'A test failed: the command could not be started: sudo: it is not there (ENOENT).',
      },
    })
  })

  describe('as root', () => {
    const asRoot = async (script: string, input: Buffer = Buffer.alloc(0)) =>
      await outputOf(transport, { name: 'a test', script, input, elevated: true }, signal)

    it('give their output, read their input, and say how they ended', async () => {
      expect((await asRoot('echo one; cat; id -u', Buffer.from('in between\n'))).toString()).toBe(
        'one\nin between\n0\n',
      )
      const long = Buffer.alloc(3_000_000, 'not a line and not text \0\x80\xff')
      expect((await asRoot('cat', long)).equals(long)).toBe(true)
      expect(
        (await asRoot('IFS= read -r line; echo "$line"', Buffer.from('line\n'.repeat(200_000)))).toString(),
      ).toBe('line\n')
      await expect(asRoot('echo wrong >&2; exit 3')).rejects.toMatchObject({
        failure: {
          kind: 'command-failed',
          message: 'A test failed: the command ended with status 3. wrong.',
        },
      })
      await expect(asRoot('kill -9 $$')).rejects.toMatchObject({
        failure: {
          kind: 'command-failed',
          message: expect.stringContaining('the command was killed') as string,
        },
      })
    })

    // Of what is said, as much as a mark has is held back until more comes.
    const script = 'sleep 1000 & printf "%-100s" $!; wait'

    it('end with everything they started when they are given up', async () => {
      const giving = new AbortController()
      const command = { name: 'a test', script, elevated: true }
      const parts = transport.run(command, giving.signal)
      const first = await parts[Symbol.asyncIterator]().next()
      const pid = String(first.value).trim()
      await eventually(() => isThere(pid), { what: 'the process to have its command line' })
      giving.abort()
      await eventually(() => !isThere(pid), { what: 'the process to be gone' })
    })

    it('end when nobody reads them any more', async () => {
      let pid = ''
      for await (const part of transport.run(
        { name: 'a test', script: 'sleep 1000 & printf "%-100s" $!; wait', elevated: true },
        signal,
      )) {
        pid = String(part).trim()
        break
      }
      await eventually(() => !isThere(pid), { what: 'the process to be gone' })
    })
  })

  it('leave nothing behind', () => {
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^lamina-commands-/)])
    link.client.close()
    expect(readdirSync(folder)).toEqual([])
  })
})

it('commands are started from here until the other process is ready', async () => {
  const early = linked()
  const here = openLocalTransport({ start: early.client.start })
  expect((await outputOf(here, { name: 'a test', script: 'echo here' }, signal)).toString('utf8')).toBe(
    'here\n',
  )
  expect(early.orders).toEqual([])
  early.client.close()
})

it('commands are started from here where there is no room for a socket between the two processes', async () => {
  vi.stubEnv('TMPDIR', '/nonexistent')
  const homeless = linked()
  const here = openLocalTransport({ start: homeless.client.start })
  homeless.serve()
  await once(homeless.wire, 'news')
  expect((await outputOf(here, { name: 'a test', script: 'echo here' }, signal)).toString('utf8')).toBe(
    'here\n',
  )
  expect(homeless.orders).toEqual([])
  homeless.client.close()
})
