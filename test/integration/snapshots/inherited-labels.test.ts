import { afterAll, beforeAll, expect, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, runInContainer, startContainer } from '../../engines/docker/containers'
import { buildLayers } from '../../engines/images/images'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'

const engine = sharedEngine()
const name = uniqueName('inherited')
const local = { hostId: 'local' } as const
let lamina: LaminaUnderTest

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  await startContainer(engine.docker, { name, image: baseImage })
  await runInContainer(engine.docker, name, 'echo one > /new')
})
afterAll(async () => {
  await lamina.close()
  await removeContainers(engine.docker, name)
  await engine.docker(['rmi', '--force', `${name}-built:1`, `${name}:1`])
})

test('an image that was built from a snapshot inherits its label and is none', async () => {
  const reference = `${name}:1`
  const input = { ...local, containerId: name, reference, message: 'kept', author: '' }
  const made = await lamina.value('snapshots.commit', input)
  await buildLayers(engine.docker, `${name}-built:1`, reference, ['echo 2 >/two'])
  const images = await lamina.value('images.list', local)
  const of = (wanted: string) => images.find(({ references }) => references.includes(wanted))
  expect(of(reference)).toMatchObject({ id: made.imageId, snapshotId: made.snapshotId })
  const built = of(`${name}-built:1`)
  expect(built?.references).toEqual([`${name}-built:1`])
  expect(built).not.toHaveProperty('snapshotId')
})
