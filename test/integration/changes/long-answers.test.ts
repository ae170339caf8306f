import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { longAnswerOf } from '../../bench/listings/long-answer'
import { laminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, startContainer } from '../../engines/docker/containers'
import { engineProxy } from '../../engines/engine/engine-proxy'
import { longChangesProxy, rowsWithDirectories } from '../../engines/images/long-changes'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'

const engine = sharedEngine()
const otherHost = `unix://${engine.socketPath}`
const container = uniqueName('long-answer')

beforeAll(async () => {
  await startContainer(engine.docker, { name: container, image: baseImage })
})

afterAll(async () => {
  await removeContainers(engine.docker, container)
})

test('two million rows, 375 MB of them, are listed in less than twice their size while another host answers, and given back', async () => {
  const rows = 2_000_000
  const proxy = await longChangesProxy(engine.socketPath, { rows, padding: 130 })
  try {
    const listed = await longAnswerOf(proxy.dockerHost, container, 'engine', otherHost)
    expect(listed.changes).toBe(rowsWithDirectories(rows))
    expect(listed.lists).toBeGreaterThan(10)
    // 570 MB where the machine has time (docs/benchmarks.md); a busy one collects later.
    expect(listed.most).toBeLessThan(700_000_000)
    expect(listed.after).toBeLessThan(listed.before + (listed.open - listed.before) / 4)
  } finally {
    await proxy.close()
  }
}, 240_000)

describe('a list that is answered whole', () => {
  const rows = 300_000

  test('is in order, and another host answers before it', async () => {
    const proxy = await longChangesProxy(engine.socketPath, { rows, padding: 60 })
    const lamina = await laminaUnderTest(proxy)
    try {
      let isListed = false
      let lists = 0
      const listing = lamina.value('changes.list', {
        hostId: 'local',
        containerId: container,
        lens: 'engine',
      })
      void listing.then(() => (isListed = true))
      // The first one is answered before `/changes` has begun.
      while (!isListed) {
        await lamina.value('containers.list', { hostId: otherHost })
        lists += 1
      }
      const { changes, totals } = await listing
      expect(lists).toBeGreaterThan(3)
      expect(totals).toEqual({ added: rowsWithDirectories(rows), modified: 0, deleted: 0, bytes: 0 })
      expect(changes.filter(({ path }, at) => path <= (changes[at - 1]?.path ?? ''))).toEqual([])
      expect(changes).toHaveLength(rowsWithDirectories(rows))
    } finally {
      await lamina.close()
      await proxy.close()
    }
  })

  test('is given up with its caller, while it comes', async () => {
    const proxy = await longChangesProxy(engine.socketPath, { rows: 2_000_000, padding: 130 })
    const lamina = await laminaUnderTest(proxy)
    try {
      const caller = new AbortController()
      const listing = lamina.lamina.call(
        'changes.list',
        { hostId: 'local', containerId: container, lens: 'engine' },
        { signal: caller.signal },
      )
      for (let lists = 0; lists < 5; lists += 1) await lamina.value('containers.list', { hostId: otherHost })
      caller.abort()
      expect(await listing).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
    } finally {
      await lamina.close()
      await proxy.close()
    }
  })
})

test('ten thousand containers are listed, and a document of 40 MB is refused, while another host answers', async () => {
  const proxy = await engineProxy(engine.socketPath)
  const labels = { note: 'x'.repeat(1000) }
  const of = (number: number) => ({
    ...{ Id: String(number).padStart(64, '0'), Names: [`/many-${number}`], Image: 'nginx:1', Labels: labels },
    ...{ ImageID: `sha256:${'a'.repeat(64)}`, State: 'running', Status: 'Up', Created: 1_700_000_000 },
  })
  const list = JSON.stringify(Array.from({ length: 10_000 }, (_, number) => of(number)))
  const huge = JSON.stringify({ note: 'x'.repeat(40_000_000) })
  for (const [path, body] of [
    [/\/containers\/json/, list],
    [/\/images\/huge\/json/, huge],
    [/\/containers\/huge\/json/, huge],
    [/\/images\/huge\/history/, huge],
  ] as const)
    proxy.interfere(path, (_, answer) => {
      answer.setHeader('Content-Type', 'application/json')
      answer.end(body)
    })
  const lamina = await laminaUnderTest(proxy)
  try {
    const local = { hostId: 'local' }
    const [containers, elsewhere] = await Promise.all([
      lamina.value('containers.list', { ...local, all: true }),
      lamina.value('containers.list', { hostId: otherHost, all: true }),
    ])
    expect(containers).toHaveLength(10_000)
    expect(containers[9999]).toMatchObject({ name: 'many-9999', image: 'nginx:1' })
    expect(elsewhere.map(({ name }) => name)).toContain(container)
    for (const failure of [
      await lamina.failure('images.inspect', { ...local, image: 'huge' }),
      await lamina.failure('images.stack', { ...local, image: 'huge' }),
      await lamina.failure('containers.inspect', { ...local, containerId: 'huge' }),
    ])
      expect(failure).toMatchObject({ kind: 'too-large', remedy: expect.any(String) as string })
  } finally {
    await lamina.close()
    await proxy.close()
  }
})
