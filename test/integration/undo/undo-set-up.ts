import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, removeImages } from '../../engines/docker/containers'
import { sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { readerContainers } from '../content/content-container'
import { changedContainer, importUndoImage, type ChangeName } from './undo-container'

/**
 * The image of the undo cases and a Lamina for the tests of a file. A test's containers go when it ends, and those that Lamina made to
 * read the image must be gone by then.
 */
export function onUndoImage(what: string) {
  const engine = sharedEngine()
  const image = `${uniqueName(what)}:1`
  let lamina: LaminaUnderTest
  let made: string[] = []

  beforeAll(async () => {
    lamina = await laminaUnderTest(engine)
    await importUndoImage(image)
  })
  afterAll(async () => {
    await removeImages(engine.docker, image)
    await lamina.close()
  })
  afterEach(async () => {
    await removeContainers(engine.docker, ...made)
    made = []
    expect(await readerContainers()).toEqual([])
  })

  /** The name of a container that a test is to make. */
  function newName(): string {
    const name = uniqueName(what)
    made.push(name)
    return name
  }

  return {
    engine,
    image,
    lamina: () => lamina,
    newName,
    /** A running container in which these changes happened. */
    async changed(...changes: ChangeName[]): Promise<string> {
      const name = newName()
      await changedContainer(image, name, ...changes)
      return name
    },
  }
}

/** A path, one character a byte, as the operations take it. */
export function place(containerId: string, path: string) {
  const bytes = Buffer.from(path, 'latin1')
  return { hostId: 'local', containerId, path: bytes.toString('utf8'), pathBytes: bytes.toString('base64') }
}
