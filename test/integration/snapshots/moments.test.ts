import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeImages } from '../../engines/docker/containers'
import { imageArchive, loadImage } from '../../engines/images/loaded-image'
import { sharedEngine, uniqueName } from '../../engines/docker/shared-engine'

const engine = sharedEngine()
const local = { hostId: 'local' } as const
let lamina: LaminaUnderTest

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
})

afterAll(() => lamina.close())

test.each([
  ['says no time', undefined, ''],
  ['has the zero time of Go', '0001-01-01T00:00:00Z', ''],
  ['was made by a builder that leaves its time out', '1970-01-01T00:00:00Z', ''],
  ['is older than 1970', '1969-07-20T20:17:40Z', '1969-07-20T20:17:40'],
  ['is of the future', '2090-01-02T03:04:05Z', '2090-01-02T03:04:05'],
])('an image that %s has one time in the list and by itself', async (_, createdAt, told) => {
  const image = `${uniqueName('moment')}:1`
  onTestFinished(() => removeImages(engine.docker, image))
  await loadImage(engine.docker, await imageArchive(image, [{ script: 'echo one > one' }], { createdAt }))
  const listed = (await lamina.value('images.list', local)).find(({ references }) =>
    references.includes(image),
  )
  const stack = await lamina.value('images.stack', { ...local, image })
  const seconds = (text: string | undefined) => text?.replace(/(?:\.\d+)?Z$/, '')
  expect([seconds(listed?.createdAt), seconds(stack.createdAt)]).toEqual([told, told])
})
