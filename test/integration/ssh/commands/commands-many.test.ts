import { getEventListeners, once } from 'node:events'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { SshTransport } from '../../../../electron/transport/ssh2/ssh-transport'
import { outputOf, type HostCommand } from '../../../../electron/transport/transport'
import { asUser, ownHost, said } from '../../../builders/hosts/command-host'
import { nobodyAborts } from '../../../builders/hosts/ssh-host'
import { startPrivateSshd, type PrivateSshd } from '../../../engines/ssh/private-sshd'
import { sharedEngine } from '../../../engines/docker/shared-engine'

let server: PrivateSshd
let transport: SshTransport

beforeAll(async () => {
  server = await startPrivateSshd()
  transport = await asUser(server, 'keeper')
})

afterAll(async () => {
  await transport.close()
  await server.stop()
})

const numbers = Array.from({ length: 20 }, (_, number) => number)

/** More than is held of a command that nobody reads. */
const much = 3_000_000

/** Runs a command while the output of another one is read, and so on, and gives what all of them said. */
async function nested(over: SshTransport, depth: number, script: string): Promise<number> {
  let bytes = 0
  let isFirst = true
  for await (const part of over.run({ name: 'a test', script }, nobodyAborts)) {
    bytes += part.length
    if (isFirst && depth > 1) bytes += await nested(over, depth - 1, script)
    isFirst = false
  }
  return bytes
}

describe('Many commands at once', () => {
  test('wait for room and all answer', async () => {
    const answers = await Promise.all(numbers.map((number) => said(transport, `echo ${String(number)}`)))
    expect(answers).toEqual(numbers.map((number) => `${String(number)}\n`))
  })

  test('are begun in the order in which they come', async () => {
    const { transport: single } = await ownHost({ config: ['MaxSessions 1'] })
    await said(single, 'echo first')
    const order: number[] = []
    await Promise.all(
      numbers.map(async (number) => {
        await said(single, `echo ${String(number)}`)
        order.push(number)
      }),
    )
    expect(order).toEqual(numbers)
  })

  test('leave nothing on the signal they were given, and make no warning of a leak', async () => {
    const { transport } = await ownHost()
    const warnings: Error[] = []
    const warn = (warning: Error) => warnings.push(warning)
    process.on('warning', warn)
    onTestFinished(() => void process.off('warning', warn))
    const { signal } = new AbortController()
    const run = (command: HostCommand) => outputOf(transport, command, signal)
    await Promise.all(numbers.map((number) => run({ name: 'a test', script: `echo ${String(number)}` })))
    expect(getEventListeners(signal, 'abort')).toEqual([])
    // Node tells of warnings in a turn of its own.
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings).toEqual([])
  })

  test('get along with a server that allows two sessions', async () => {
    const { transport: narrow } = await ownHost({ config: ['MaxSessions 2'] })
    const answers = await Promise.all(
      numbers.map((number) => said(narrow, `sleep 0.05; echo ${String(number)}`)),
    )
    expect(answers).toEqual(numbers.map((number) => `${String(number)}\n`))
  })

  test('are not refused for one that is just ending', async () => {
    const { transport: single } = await ownHost({ config: ['MaxSessions 1'], limits: { keptFor: 0 } })
    for (const number of numbers)
      expect(await said(single, `echo ${String(number)}`)).toBe(`${String(number)}\n`)
  })

  test('of the account and of root share the one session that a server allows', async () => {
    const { transport: single } = await ownHost({ user: 'helper', config: ['MaxSessions 1'] })
    const id = (elevated: boolean) =>
      outputOf(single, { name: 'a test', script: 'id -u', elevated }, nobodyAborts)
    const answers = await Promise.all(numbers.map((number) => id(number % 2 === 1)))
    expect(answers.map(String)).toEqual(numbers.map((number) => (number % 2 === 1 ? '0\n' : '7002\n')))
  })
})

describe('A command while the output of another one is read', () => {
  test.each([1, 2, 10])('comes to its end where the server allows %i at once', async (most) => {
    const { transport: narrow } = await ownHost({ config: [`MaxSessions ${String(most)}`] })
    for (const length of [10, much]) {
      const script = `head -c ${String(length)} /dev/zero`
      const all = await Promise.all([1, 2, 3].map(() => nested(narrow, 4, script)))
      expect(all).toEqual([4 * length, 4 * length, 4 * length])
    }
    const told = narrow.log().filter(({ text }) => text.startsWith('The server allows'))
    expect(told.length).toBeLessThanOrEqual(most === 10 ? 0 : 8)
  })

  test('comes to its end where as many are read as may run at all', async () => {
    const script = `head -c ${String(much)} /dev/zero`
    const all = await Promise.all(Array.from({ length: 12 }, () => nested(transport, 2, script)))
    expect(new Set(all)).toEqual(new Set([2 * much]))
  })

  test('ends the other one with a reason where that has too much to say', async () => {
    const { transport: single } = await ownHost({
      config: ['MaxSessions 1'],
      limits: { ahead: 4_000_000 },
    })
    const outer = single.run({ name: 'a test', script: 'exec yes' }, nobodyAborts)[Symbol.asyncIterator]()
    await outer.next()
    expect(await said(single, 'echo inner')).toBe('inner\n')
    const rest = async () => {
      while ((await outer.next()).done !== true);
    }
    await expect(rest()).rejects.toMatchObject({
      failure: {
        kind: 'command-failed',
        message: expect.stringContaining('more than 4 MB') as string,
        remedy: expect.stringContaining('MaxSessions') as string,
      },
    })
  })

  test('that is given up leaves the other one as it is', async () => {
    const { transport: single } = await ownHost({ config: ['MaxSessions 1'] })
    let bytes = 0
    for await (const part of single.run(
      { name: 'a test', script: `head -c ${String(much)} /dev/zero` },
      nobodyAborts,
    )) {
      bytes += part.length
      if (bytes !== part.length) continue
      const giving = new AbortController()
      const inner = outputOf(single, { name: 'a test', script: 'exec sleep 600' }, giving.signal)
      setImmediate(() => {
        giving.abort()
      })
      await expect(inner).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    }
    expect(bytes).toBe(much)
  })
})

test('A command for which streams to the engine leave no room fails with the reason, and runs when they do', async () => {
  const { transport: single } = await ownHost({
    user: 'root',
    config: ['MaxSessions 1', 'AllowStreamLocalForwarding no'],
    limits: { beginWithin: 3000 },
  })
  const stream = await single.openStream(sharedEngine().socketPath, nobodyAborts)
  await expect(said(single, 'echo one')).rejects.toMatchObject({
    failure: {
      kind: 'command-failed',
      message: expect.stringContaining('one session at once') as string,
      remedy: expect.stringContaining('MaxSessions') as string,
    },
  })
  const waiting = said(single, 'echo two')
  stream.destroy()
  expect(await waiting).toBe('two\n')
})

test('A limit that a server showed once is tried again some time later', async () => {
  const { transport: narrow } = await ownHost({ config: ['MaxSessions 2'], limits: { retryAfter: 50 } })
  for (let round = 0; round < 3; round += 1) {
    const answers = await Promise.all(numbers.map((number) => said(narrow, `echo ${String(number)}`)))
    expect(answers).toEqual(numbers.map((number) => `${String(number)}\n`))
    await once(AbortSignal.timeout(60), 'abort')
  }
})
