import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failed } from '../../../../electron/core/base/failure'
import { EngineTurns } from '../../../../electron/session/host/engine-turns'

const { signal } = new AbortController()

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A host whose engine has this id, and whose work tells when it begins and ends when it is told to. */
function aHost(engineId?: string) {
  const told: string[] = []
  const ends = new Map<string, (error?: Error) => void>()
  const state = { isLost: false }
  const lost = () => (state.isLost ? Promise.reject(failed('connection-lost', 'lost')) : Promise.resolve({}))
  const turns = new EngineTurns({
    engine: lost,
    description: () => Promise.resolve(engineId === undefined ? {} : { engineId }),
  })
  const work = (name: string, until = signal) => {
    const done = turns.inTurn(async () => {
      told.push(name)
      await new Promise<void>((resolve, reject) => {
        ends.set(name, (error) => {
          if (error === undefined) resolve()
          else reject(error)
        })
      })
      return name
    }, until)
    done.catch(() => undefined)
    return done
  }
  const end = async (name: string, error?: Error) => {
    ends.get(name)?.(error)
    await vi.advanceTimersByTimeAsync(0)
  }
  return { told, state, work, end }
}

const soon = () => vi.advanceTimersByTimeAsync(0)

describe('work that writes to an engine', () => {
  it('is done one after the other for one host, and beside that of another engine', async () => {
    const [one, two] = [aHost('one'), aHost('two')]
    const done = [one.work('a'), one.work('b'), two.work('c')]
    await soon()
    expect([one.told, two.told]).toEqual([['a'], ['c']])
    await one.end('a')
    expect(one.told).toEqual(['a', 'b'])
    await one.end('b')
    await two.end('c')
    expect(await Promise.all(done)).toEqual(['a', 'b', 'c'])
  })

  it('is done one after the other for two addresses of one engine, however long it takes', async () => {
    const [socket, ssh] = [aHost('one'), aHost('one')]
    void socket.work('commit')
    const undo = ssh.work('undo')
    await vi.advanceTimersByTimeAsync(600_000)
    expect(ssh.told).toEqual([])
    await socket.end('commit')
    expect(ssh.told).toEqual(['undo'])
    await ssh.end('undo')
    expect(await undo).toBe('undo')
  })

  it('that fails lets the next begin', async () => {
    const host = aHost('one')
    const failing = host.work('a')
    void host.work('b')
    await soon()
    await host.end('a', new Error('broken'))
    await expect(failing).rejects.toThrow('broken')
    expect(host.told).toEqual(['a', 'b'])
    await host.end('b')
  })

  it('is kept apart for one host alone where the engine has no lasting id', async () => {
    const [one, two] = [aHost(), aHost()]
    void one.work('a')
    void one.work('b')
    void two.work('c')
    await soon()
    expect([one.told, two.told]).toEqual([['a'], ['c']])
    for (const [host, name] of [
      [one, 'a'],
      [one, 'b'],
      [two, 'c'],
    ] as const)
      await host.end(name)
  })

  it.each([
    ['of its host', 'host'],
    ['of another address', 'address'],
  ])(
    'that is cancelled while it waits for work %s is never begun, and the next waits on',
    async (_, whose) => {
      const first = aHost('one')
      const second = whose === 'host' ? first : aHost('one')
      const third = aHost('one')
      void first.work('a')
      await soon()
      const giving = new AbortController()
      const waiting = second.work('b', giving.signal)
      await soon()
      void third.work('c')
      giving.abort()
      await expect(waiting).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
      await vi.advanceTimersByTimeAsync(600_000)
      expect([first.told, third.told]).toEqual([['a'], []])
      await first.end('a')
      expect(third.told).toEqual(['c'])
      await third.end('c')
    },
  )

  it('of a host that has lost the engine is waited for no longer after a while', async () => {
    const [lost, other] = [aHost('one'), aHost('one')]
    void lost.work('a')
    void other.work('b')
    lost.state.isLost = true
    await vi.advanceTimersByTimeAsync(10_000)
    expect(other.told).toEqual([])
    lost.state.isLost = false
    await vi.advanceTimersByTimeAsync(10_000)
    lost.state.isLost = true
    await vi.advanceTimersByTimeAsync(14_000)
    expect(other.told).toEqual([])
    await vi.advanceTimersByTimeAsync(3_000)
    expect(other.told).toEqual(['b'])
    await other.end('b')
    await lost.end('a')
  })

  it('waits on where it is only the host between that is lost', async () => {
    const [first, between, last] = [aHost('one'), aHost('one'), aHost('one')]
    void first.work('a')
    await soon()
    void between.work('b')
    await soon()
    void last.work('c')
    between.state.isLost = true
    await vi.advanceTimersByTimeAsync(600_000)
    expect([between.told, last.told]).toEqual([[], []])
    await first.end('a')
    expect([between.told, last.told]).toEqual([['b'], []])
    await between.end('b')
    expect(last.told).toEqual(['c'])
    await last.end('c')
  })
})
