import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import {
  removeContainers,
  runInContainer,
  startContainer,
  stopContainer,
} from '../../engines/docker/containers'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'

// The root as the path of every operation that takes one. Other owner, other mode, and something deleted in it.
const engine = sharedEngine()
const container = uniqueName('root-path')
const given = { hostId: 'local', containerId: container, path: '/' }
let lamina: LaminaUnderTest

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  await startContainer(engine.docker, { name: container, image: baseImage })
  await runInContainer(engine.docker, container, 'rm /bin/cat; chown 0:50 /; chmod 0710 /')
})

afterAll(async () => {
  await removeContainers(engine.docker, container)
  await lamina.close()
})

describe.each(['host', 'engine'] as const)('Through the %s lens the root', (lens) => {
  test('is described with both of its versions', async () => {
    const { upper, lower, aspects, through } = await lamina.value('changes.describe', { ...given, lens })
    expect(through).toBe(lens)
    expect(upper).toMatchObject({ type: 'directory', mode: 0o710, uid: 0, gid: 50 })
    expect(lower).toMatchObject({ type: 'directory', mode: 0o755, uid: 0, gid: 0 })
    expect(aspects).toEqual(expect.arrayContaining(['mode', 'owner']))
  })

  test.each([
    ['upper', 0o710],
    ['lower', 0o755],
  ] as const)('is read as a directory without content: %s', async (side, mode) => {
    expect(await lamina.value('content.read', { ...given, lens, side })).toMatchObject({
      ...{ exists: true, type: 'directory', mode, bytes: '', kind: 'none', through: lens },
    })
  })

  test('has lost nothing itself', async () => {
    expect(await lamina.failure('changes.lost', { ...given, lens })).toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('never deleted or replaced') as string,
    })
  })
})

test.each(['running', 'stopped'])('Undoing it names the commands that do it (%s)', async (state) => {
  if (state === 'stopped') await stopContainer(engine.docker, container)
  const plan = await lamina.value('undo.plan', given)
  expect(plan).toMatchObject({ kind: 'modified', type: 'directory', action: 'restore', effects: [] })
  expect(plan.obstacle).toMatch(/root directory itself.*: chown 0:0 \/ && chmod 0755 \/$/)
  expect(plan).not.toHaveProperty('through')
  expect(await lamina.failure('undo.apply', { ...given, action: 'restore' })).toMatchObject({
    kind: 'conflict',
    message: plan.obstacle,
  })
})
