import { describe, expect, it } from 'vitest'
import { failed } from '../../../electron/core/failure'
import type { Engine, EngineDescription, EngineStanding } from '../../../electron/engine/engine'
import { HostSession } from '../../../electron/session/host-session'
import { fakeEngine, fakeTransport } from '../../builders/fake-engine'

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
    await session.engine()
    expect([described, commands]).toEqual([0, 0])
    await Promise.all([session.description(), session.description()])
    expect([described, commands]).toEqual([1, 1])
  })

  it('whose account runs no commands has the engine lens, and says why', async () => {
    const transport = fakeTransport(() => failed('command-failed', 'This account runs no commands.'))
    const engine = fakeEngine({ describe: () => Promise.resolve(description) })
    const session = new HostSession('ssh://build', transport, () => Promise.resolve(engine))
    expect(await session.description()).toMatchObject({
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
    const background = session.engine()
    await Promise.resolve()
    await session.open(() => Promise.resolve(undefined), signal)
    const opened = session.engine()
    attempts[0]?.reject(failed('prompt-required', 'A passphrase is needed.'))
    attempts[1]?.resolve(fakeEngine())
    await expect(background).rejects.toMatchObject({ failure: { kind: 'prompt-required' } })
    await opened
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
    expect((await session.description()).version).toBe('1')
    expect((await session.engine()).socketPath).toBe('/first')
    standing = end
    expect((await session.description()).version).toBe('2')
    expect((await session.engine()).socketPath).toBe('/second')
    await Promise.resolve()
    expect(ended).toEqual(expected)
  })

  it('that was closed says that it was disconnected', async () => {
    const session = new HostSession('ssh://build', fakeTransport(), () => Promise.resolve(fakeEngine()))
    await session.close()
    await expect(session.engine()).rejects.toMatchObject({ failure: { kind: 'connection-lost' } })
    await expect(session.open(undefined, signal)).rejects.toMatchObject({
      failure: { kind: 'connection-lost' },
    })
  })
})
