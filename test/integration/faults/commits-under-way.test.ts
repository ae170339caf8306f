import { afterAll, beforeAll, test, vi } from 'vitest'
import { laminaUnderTest } from '../../builders/lamina-under-test'
import { faultProxy, type Fault } from '../../engines/fault-proxy'
import { unpassed } from '../../engines/faults'
import { containerWithHeldCommit } from '../../engines/held-commit'
import { importImage } from '../../engines/images'
import { startPrivateDocker, type PrivateDocker } from '../../engines/private-docker'
import { eventually } from '../../engines/wait'

// It is looked for much more often, and is as long as it takes under way before it is given up.
vi.mock(import('../../../electron/session/snapshot-limits'), async (original) => {
  const { snapshotLimits } = await original()
  return { snapshotLimits: { ...snapshotLimits, lookEvery: 50, lookBesideEvery: 50, timeToBegin: 100 } }
})

const local = { hostId: 'local' } as const
let engine: PrivateDocker
let number = 0

beforeAll(async () => {
  engine = await startPrivateDocker()
  await importImage(engine.docker, 'base:1')
})

afterAll(() => engine.stop())

const message = (status: string, text: string): Fault => {
  const body = JSON.stringify({ message: text })
  return ({ socket }) =>
    void socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`,
    )
}

/** What a program in between may answer while the engine is at it. */
const answers: [string, Fault][] = [
  ...Object.entries(unpassed),
  ['says 500 with a message', message('500 Oh', 'backend failed')],
  ['says 409 with a message', message('409 Conflict', 'try later')],
  ['says 404 with a message', message('404 Not Found', 'no such route')],
  ['says 403 with a message', message('403 Forbidden', 'not now')],
  ['says 201 with an image that is none', message('201 Created', 'done')],
]

test.for(answers)(
  'what %s while the engine is at it does not make a snapshot unmade',
  async ([, fault], { expect, onTestFinished }) => {
    const name = `held-${String((number += 1))}`
    const commit = await containerWithHeldCommit(engine.docker, { name, image: 'base:1' })
    onTestFinished(() => commit.release())
    const proxy = await faultProxy(engine.socketPath)
    onTestFinished(() => proxy.close())
    const lamina = await laminaUnderTest(proxy)
    onTestFinished(() => lamina.close())
    let done: Promise<unknown> = Promise.resolve()
    proxy.arm({ kind: 'POST /commit', nth: 0 }, async (faulty, itself) => {
      done = faulty.pass()
      await commit.wanted
      await fault(faulty, itself)
    })
    let isAnswered = false
    const committing = lamina.lamina
      .call('snapshots.commit', {
        ...local,
        containerId: name,
        reference: `kept:${name}`,
        message: '',
        author: '',
      })
      .finally(() => (isAnswered = true))
    // Looks, one after the other, at images and events, after which a commit that has not begun is called not made.
    const looks = () => proxy.kinds.filter((kind) => kind === 'GET /images/json').length
    await eventually(() => isAnswered || looks() >= 4, { what: 'the engine to be asked what became of it' })
    expect(isAnswered).toBe(false)
    await commit.release()
    await done
    expect(await committing).toMatchObject({ ok: true })
    expect(proxy.kinds.filter((kind) => kind === 'POST /commit')).toHaveLength(1)
    expect(await lamina.value('snapshots.unfinished', local)).toEqual([])
  },
)
