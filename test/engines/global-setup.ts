import type { TestProject } from 'vitest/node'
import { importImage, manyLayersImage } from './images'
import { startPrivateDocker } from './private-docker'
import { baseImage, nineLayersImage } from './shared-engine'

/** Vitest calls this once for a project: one private engine for all of its files, gone when it ends. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engine = await startPrivateDocker()
  try {
    await importImage(engine.docker, baseImage)
    await manyLayersImage(engine.docker, nineLayersImage, 9)
  } catch (error) {
    await engine.stop()
    throw error
  }
  project.provide('engine', {
    folder: engine.folder,
    socketPath: engine.socketPath,
    dataRoot: engine.dataRoot,
    dockerHost: engine.dockerHost,
  })
  return () => engine.stop()
}
