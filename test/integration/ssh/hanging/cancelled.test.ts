import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest } from '../../../builders/lamina-under-test'
import { removeContainers, runInContainer, startContainer } from '../../../engines/docker/containers'
import { baseImage, nineLayersImage, sharedEngine, uniqueName } from '../../../engines/docker/shared-engine'
import { eventually } from '../../../engines/wait'
import { hangingHosts } from './hanging-hosts'

// Whatever waits for a host that hangs ends when it is cancelled, long before the host is given up, and nothing waits behind it.
const engine = sharedEngine()
const container = uniqueName('hanging')

beforeAll(async () => {
  await startContainer(engine.docker, { name: container, image: baseImage })
  await runInContainer(engine.docker, container, 'mkdir /new; echo one > /new/file; rm /bin/cat')
})

afterAll(async () => {
  await removeContainers(engine.docker, container)
})

/** Nothing is given up by itself. */
const commandLimits = { beginWithin: 3_600_000, silentFor: 3_600_000 }

test.each(hangingHosts)('What waits for $name is cancelled', async ({ start }) => {
  const { input, hung } = await start(engine)
  const folder = await mkdtemp(join(tmpdir(), 'lamina-hanging-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const hostId = input.host
  const place = { hostId, containerId: container }
  const path = { ...place, path: '/new/file' }
  const commit = { ...place, message: '', author: 'kirizi' }
  const against = { hostId, image: nineLayersImage }
  const operations: readonly (readonly [string, object])[] = [
    ['hosts.connect', input],
    ['hosts.describe', { hostId }],
    ['changes.list', place],
    ['changes.open', place],
    ['changes.open', { ...place, against: nineLayersImage }],
    ['changes.describe', path],
    ['changes.lost', { ...place, path: '/bin' }],
    ['content.read', { ...path, side: 'upper' }],
    ['content.read', { ...path, side: 'lower' }],
    ['content.save', { ...path, side: 'upper', toFile: join(folder, 'file') }],
    ['stacks.compare', { left: place, right: against }],
    ['snapshots.review', place],
    ['snapshots.commit', { ...commit, reference: `${uniqueName('never')}:1` }],
    ['undo.plan', path],
    ['undo.apply', { ...path, action: 'remove' }],
  ]
  for (const [operation, asked] of operations) {
    // What another one found out, or waits for, is not asked again.
    const lamina = await laminaUnderTest({ dockerHost: 'unix:///nonexistent/engine.sock', commandLimits })
    await lamina.value('hosts.add', input)
    const giving = new AbortController()
    const before = hung()
    let isOver = false
    const answer = lamina.lamina
      .call(operation, asked, { signal: giving.signal })
      .finally(() => (isOver = true))
    await eventually(() => isOver || hung() > before, { what: `the host to be asked by ${operation}` })
    expect(isOver, `${operation} waits for the host`).toBe(false)
    giving.abort()
    expect(await answer, operation).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
    expect(await lamina.value('containers.list', { hostId, all: true })).not.toEqual([])
    expect(await lamina.value('snapshots.unfinished', { hostId })).toEqual([])
    await lamina.close()
  }
})
