import type { TestProject } from 'vitest/node'
import { startPreparedDocker } from './docker/prepared-docker'

/** Vitest calls this once for a project: one private engine for all of its files, gone when it ends. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engine = await startPreparedDocker()
  project.provide('engine', {
    folder: engine.folder,
    socketPath: engine.socketPath,
    dataRoot: engine.dataRoot,
    dockerHost: engine.dockerHost,
  })
  return () => engine.stop()
}
