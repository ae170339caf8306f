import { describe, expect, it } from 'vitest'
import { failed } from '../../../../electron/core/base/failure'
import type { Engine, EngineDescription, EngineStanding } from '../../../../electron/engine/engine'
import { HostSession } from '../../../../electron/session/host/host-session'
import { fakeEngine, fakeTransport } from '../../../builders/engines/fake-engine'

const description: EngineDescription = {
  engine: 'Docker',
  version: '1',
  apiVersion: '1.41',
  storageDriver: 'overlay2',
  dataRoot: '/var/lib/docker',
  nativeDiff: true,
  metacopy: false,
  userxattr: false,
  imageStore: 'graph-driver',
  rootless: false,
}
const { signal } = new AbortController()

/** An attempt to open an engine that a test ends. */
function settleable() {
  let resolve: (engine: Engine) => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<Engine>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve: (engine: Engine) => resolve(engine), reject: (error: Error) => reject(error) }
}

describe('a session', () => {
  it('asks nothing but the engine for what a list needs, and describes once', async () => {
    let described = 0
    let commands = 0
    const transport = fakeTransport(() => {
      commands += 1
      return failed('command-failed', 'This account runs no commands.')
    })
    const engine = fakeEngine({
      describe: () => {
        described += 1
        return Promise.resolve(description)
      },
    })
    const session = new HostSession('ssh://build', transport, () => Promise.resolve(engine))
    await session.engine(signal)
    expect([described, commands]).toEqual([0, 0])
    await Promise.all([session.description(signal), session.description(signal)])
    expect([described, commands]).toEqual([1, 1])
  })

  it('whose account runs no commands has the engine lens, and says why', async () => {
    const transport = fakeTransport(() => failed('command-failed', 'This account runs no commands.'))
    const engine = fakeEngine({ describe: () => Promise.resolve(description) })
    const session = new HostSession('ssh://build', transport, () => Promise.resolve(engine))
    expect(await session.description(signal)).toMatchObject({
      hostFiles: { works: false, reason: expect.stringContaining('no commands') as string },
    })
  })

  it('tries anew after an attempt that failed, and is not decided by one that could ask nobody', async () => {
    const attempts = [settleable(), settleable()]
    let attempt = 0
    const session = new HostSession(
      'ssh://build',
      fakeTransport(),
      () => attempts[attempt++]?.promise ?? Promise.reject(new Error('too many')),
    )
    const background = session.engine(signal)
    await Promise.resolve()
    await session.open(() => Promise.resolve(undefined), signal)
    const opened = session.engine(signal)
    attempts[0]?.reject(failed('prompt-required', 'A passphrase is needed.'))
    attempts[1]?.resolve(fakeEngine())
    await expect(background).rejects.toMatchObject({ failure: { kind: 'prompt-required' } })
    await opened
  })

  it('leaves an attempt that gave way to another to those who wait for it', async () => {
    const attempts = [settleable(), settleable()]
    const session = new HostSession(
      'ssh://build',
      fakeTransport(),
      () => attempts.shift()?.promise ?? Promise.reject(new Error('too many')),
    )
    const [first, second] = attempts
    const background = session.engine(signal)
    await Promise.resolve()
    await session.open(() => Promise.resolve(undefined), signal)
    const opened = session.engine(signal)
    const ended: string[] = []
    const close = () => void ended.push('closed')
    first?.resolve(fakeEngine({ socketPath: '/first', close, retire: () => void ended.push('retired') }))
    second?.resolve(fakeEngine({ socketPath: '/second' }))
    expect((await background).socketPath).toBe('/first')
    expect((await opened).socketPath).toBe('/second')
    expect((await session.engine(signal)).socketPath).toBe('/second')
    expect(ended).toEqual(['retired'])
  })

  it('opens for all who want the engine, until the last of them gives up', async () => {
    const attempts: { attempt: ReturnType<typeof settleable>; signal: AbortSignal }[] = []
    const session = new HostSession('ssh://build', fakeTransport(), (_, until) => {
      const attempt = settleable()
      attempts.push({ attempt, signal: until })
      return attempt.promise
    })
    const cancelled = { failure: { kind: 'cancelled' } }
    const wanting = [new AbortController(), new AbortController(), new AbortController()]
    const [list, description, owners] = wanting.map((one) => one.signal)
    const waits = [
      session.engine(list ?? signal),
      session.description(description ?? signal),
      session.engineOwners(owners ?? signal),
    ]
    for (const wait of waits) wait.catch(() => undefined)
    await Promise.resolve()
    for (const [at, one] of wanting.entries()) {
      expect(attempts.map(({ signal: until }) => until.aborted)).toEqual([false])
      one.abort()
      await expect(waits[at]).rejects.toMatchObject(cancelled)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(attempts[0]?.signal.aborted).toBe(true)

    // What comes of it all the same is closed, and another attempt is made for whoever asks next.
    let isClosed = false
    const opened = session.engine(signal)
    await Promise.resolve()
    attempts[0]?.attempt.resolve(fakeEngine({ socketPath: '/late', close: () => (isClosed = true) }))
    attempts[1]?.attempt.resolve(fakeEngine({ socketPath: '/second' }))
    expect((await opened).socketPath).toBe('/second')
    expect((await session.engine(signal)).socketPath).toBe('/second')
    expect(isClosed).toBe(true)
  })

  it('ends what was begun to find out when nobody waits for it, and finds it out anew', async () => {
    const probes: AbortSignal[] = []
    const transport = fakeTransport(() => '', {
      async *run(_, until) {
        probes.push(until)
        await new Promise((_resolve, reject) => {
          until.addEventListener('abort', () => {
            reject(failed('cancelled', 'given up'))
          })
        })
        yield Buffer.alloc(0)
      },
    })
    const engine = fakeEngine({ describe: () => Promise.resolve(description) })
    const session = new HostSession('ssh://build', transport, () => Promise.resolve(engine))
    for (const at of [0, 1]) {
      const giving = new AbortController()
      const asked = session.description(giving.signal)
      asked.catch(() => undefined)
      while (probes[at] === undefined) await new Promise((resolve) => setImmediate(resolve))
      giving.abort()
      await expect(asked).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
      await new Promise((resolve) => setImmediate(resolve))
      expect(probes.map(({ aborted }) => aborted)).toEqual(Array.from({ length: at + 1 }, () => true))
    }
  })

  it.each([
    ['ended a connection', 'doubtful', ['retired']],
    ['was replaced', 'replaced', ['closed']],
  ] as const)('opens and describes the engine anew after it %s', async (_, end, expected) => {
    let standing: EngineStanding = 'sure'
    const ended: string[] = []
    const first = fakeEngine({
      socketPath: '/first',
      describe: () => Promise.resolve(description),
      standing: () => standing,
      retire: () => void ended.push('retired'),
      close: () => void ended.push('closed'),
    })
    const second = fakeEngine({
      socketPath: '/second',
      describe: () => Promise.resolve({ ...description, version: '2' }),
    })
    const engines = [first, second]
    const session = new HostSession('local', fakeTransport(), () => Promise.resolve(engines.shift() ?? first))
    expect((await session.description(signal)).version).toBe('1')
    expect((await session.engine(signal)).socketPath).toBe('/first')
    standing = end
    expect((await session.description(signal)).version).toBe('2')
    expect((await session.engine(signal)).socketPath).toBe('/second')
    await Promise.resolve()
    expect(ended).toEqual(expected)
  })

  it('that was closed says that it was disconnected', async () => {
    const session = new HostSession('ssh://build', fakeTransport(), () => Promise.resolve(fakeEngine()))
    await session.close()
    await expect(session.engine(signal)).rejects.toMatchObject({ failure: { kind: 'connection-lost' } })
    await expect(session.open(undefined, signal)).rejects.toMatchObject({
      failure: { kind: 'connection-lost' },
    })
  })
})
