import { importImage, manyLayersImage } from '../images/images'
import { startPrivateDocker, type PrivateDocker } from './private-docker'
import { baseImage, nineLayersImage } from './shared-engine'

/**
 * Starts an engine with the images that the shared one has from the start: the shared one itself, and those of tests that concern
 * everything on an engine, such as lists of all containers, while other files make and remove theirs.
 */
export async function startPreparedDocker(): Promise<PrivateDocker> {
  const engine = await startPrivateDocker()
  try {
    await importImage(engine.docker, baseImage)
    await manyLayersImage(engine.docker, nineLayersImage, 9)
  } catch (error) {
    await engine.stop()
    throw error
  }
  return engine
}
