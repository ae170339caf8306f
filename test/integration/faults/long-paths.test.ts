import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OperationInput } from '../../../electron/contract/contract'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { sameMachineOverSsh, type SameMachine } from '../../builders/same-machine'
import { removeContainers, removeImages, runInContainer, startContainer } from '../../engines/containers'
import { importImage } from '../../engines/images'
import { sharedEngine, uniqueName } from '../../engines/shared-engine'
import { pathOf } from '../lenses/listings'

const engine = sharedEngine()
const image = `${uniqueName('long')}:1`
const [added, changed] = [uniqueName('long-added'), uniqueName('long-changed')]
/** Names of 255 bytes, the longest that Linux has. */
const segment = (letter: string) => letter.repeat(255)
const directory = (letter: string, depth: number) =>
  `/${Array.from({ length: depth }, () => segment(letter)).join('/')}`
/** An engine takes none into an image that is too long with its layer's directory in front. */
const inImage = `${directory('i', 8)}/${'f'.repeat(100)}`
/** In a container this is a path that every call takes; with a layer's directory in front it is too long. */
const newDirectory = directory('c', 15)
const ofContainer = `${newDirectory}/${'f'.repeat(250)}`
let lamina: LaminaUnderTest
let overSsh: SameMachine

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  overSsh = await sameMachineOverSsh(lamina, engine.socketPath)
  await importImage(engine.docker, image, { [inImage.slice(1)]: 'in the image\n' })
  for (const name of [added, changed]) await startContainer(engine.docker, { name, image })
  await runInContainer(engine.docker, added, `mkdir -p ${newDirectory}; echo new > ${ofContainer}`)
  await runInContainer(engine.docker, changed, `echo changed > ${inImage}`)
})

afterAll(async () => {
  await removeContainers(engine.docker, added, changed)
  await removeImages(engine.docker, image)
  await lamina.close()
  await overSsh.stop()
})

async function text(input: OperationInput<'content.read'>): Promise<string> {
  return Buffer.from((await lamina.value('content.read', input)).bytes, 'base64').toString()
}

describe.each(['this machine', 'a host over SSH'])('on %s', (place) => {
  const of = (containerId: string) => ({
    hostId: place === 'this machine' ? 'local' : overSsh.hostId,
    containerId,
  })

  test('new paths as long as a container can name are listed', async () => {
    const { changes } = await lamina.value('changes.list', { ...of(added), lens: 'host' })
    expect(changes.map(pathOf)).toContain(ofContainer)
    expect(changes.every(({ kind }) => kind === 'added')).toBe(true)
  })

  test('a change at a long path of the image is told from a new one', async () => {
    const { changes } = await lamina.value('changes.list', { ...of(changed), lens: 'host' })
    expect(changes.map((change) => [change.kind, pathOf(change)])).toEqual([['modified', inImage]])
    const input = { ...of(changed), path: inImage, lens: 'host' } as const
    expect(await text({ ...input, side: 'upper' })).toBe('changed\n')
    expect(await text({ ...input, side: 'lower' })).toBe('in the image\n')
  })

  test('content that the host cannot name is refused with the reason, and is no missing file', async () => {
    const failure = await lamina.failure('content.read', {
      ...of(added),
      path: ofContainer,
      side: 'upper',
      lens: 'host',
    })
    expect(failure).toMatchObject({ kind: 'command-failed' })
    expect(failure.message).toContain('too long')
  })

  test('an engine that cannot name it either says so', async () => {
    const input = { ...of(added), path: ofContainer, side: 'upper', lens: 'engine' } as const
    expect(await lamina.failure('content.read', input)).toMatchObject({ kind: 'engine-failed' })
  })
})
