import { afterAll, beforeAll, test } from 'vitest'
import type { Fault } from '../../engines/faults/fault-proxy'
import { unpassed } from '../../engines/faults/faults'
import { containerWithHeldCommit } from '../../engines/held/held-commit'
import { importImage } from '../../engines/images/images'
import { eventually } from '../../engines/wait'
import { startFaultPlace, type FaultPlace, type FaultWay } from './fault-place'

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

/** Those that differ in what is made of them. */
const few = new Set([
  'cuts before the request is passed on',
  'says 409 with nothing',
  'says 500 with a message',
  'says 403 with a message',
  'says 201 with an image that is none',
])

/** Commits during which one of the answers comes: without a pause nothing shows that the engine is at it. */
export function commitsUnderWayTests(
  kind: 'docker' | 'podman',
  way: FaultWay,
  { pause = true, fewer = false } = {},
): void {
  let place: FaultPlace
  let number = 0
  const commitRequest = kind === 'docker' ? 'POST /commit' : 'POST /libpod/commit'
  // Podman says nothing of the container meanwhile, nor of itself, so that nothing else may be asked for.
  const look = kind === 'docker' ? /^GET \/images\/json$/ : /^GET /

  beforeAll(async () => {
    place = await startFaultPlace(kind, way)
    await importImage(place.docker, 'base:1')
  })

  afterAll(() => place.stop())

  test.for(fewer && process.env['EVERY_FAULT'] !== '1' ? answers.filter(([name]) => few.has(name)) : answers)(
    'what %s while the engine is at it does not make a snapshot unmade',
    async ([, fault], { expect, onTestFinished }) => {
      const name = `held-${String((number += 1))}`
      const commit = await containerWithHeldCommit(place.docker, { name, image: 'base:1' })
      onTestFinished(() => commit.release())
      await place.behind(async ({ lamina, proxy, hostId }) => {
        let done: Promise<unknown> = Promise.resolve()
        proxy.arm({ kind: commitRequest, nth: 0 }, async (faulty, itself) => {
          done = faulty.pass()
          await commit.wanted
          await fault(faulty, itself)
        })
        let isAnswered = false
        const committing = lamina.lamina
          .call('snapshots.commit', {
            hostId,
            containerId: name,
            reference: `kept:${name}`,
            message: '',
            author: '',
            pause,
          })
          .finally(() => (isAnswered = true))
        // Looks, one after the other, after which a commit that has not begun is called not made.
        const looks = () =>
          proxy.kinds.slice(proxy.kinds.indexOf(commitRequest)).filter((kind) => look.test(kind)).length
        await eventually(() => isAnswered || looks() >= 4, {
          what: 'the engine to be asked what became of it',
        })
        expect(isAnswered).toBe(false)
        await commit.release()
        await done
        expect(await committing).toMatchObject({ ok: true })
        expect(proxy.kinds.filter((kind) => kind === commitRequest)).toHaveLength(1)
        expect(await lamina.value('snapshots.unfinished', { hostId })).toEqual([])
      })
    },
  )
}
