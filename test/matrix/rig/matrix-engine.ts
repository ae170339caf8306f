import {
  bytesFromContainer,
  runInContainer,
  startContainer,
  stopContainer,
} from '../../engines/docker/containers'
import { loadImage } from '../../engines/images/loaded-image'
import { startEngine, type EngineKind, type PrivateEngine } from '../../engines/engine/private-engine'
import { seenFiles, walkScript, type SeenFile } from '../../integration/lenses/naive-walk'
import { changesScript, containerFlags, matrixArchive, matrixImage } from './matrix-image'
import { onHostItself, overSsh, type Way, type WayName } from './ways'

/** A container in which everything happened, with what could be seen in it before and after. */
export interface ChangedContainer {
  readonly name: string
  readonly id: string
  readonly before: Map<string, SeenFile>
  readonly after: Map<string, SeenFile>
}

export const states = ['running', 'stopped'] as const
export type MatrixState = (typeof states)[number]

/** One engine with Lamina on it both ways; all tests of the engine share it. */
export interface MatrixEngine {
  readonly engine: PrivateEngine
  readonly ways: Readonly<Record<WayName, Way>>
  readonly containers: Readonly<Record<MatrixState, ChangedContainer>>
  /** A further container in which everything happened. */
  changed(name: string, state: MatrixState): Promise<string>
  stop(): Promise<void>
}

export async function startMatrixEngine(kind: EngineKind): Promise<MatrixEngine> {
  const archive = matrixArchive()
  const engine = await startEngine(kind)
  try {
    await loadImage(engine.docker, await archive)
    const ways = { 'on the host itself': onHostItself(engine), 'over SSH': await overSsh(engine) }
    const [running, stopped] = await Promise.all(states.map((state) => walkedContainer(engine, state)))
    if (running === undefined || stopped === undefined) throw new Error('no containers')
    return {
      engine,
      ways,
      containers: { running, stopped },
      async changed(name, state) {
        const id = await begun(engine, name)
        await runInContainer(engine.docker, name, changesScript)
        if (state === 'stopped') await stopContainer(engine.docker, name)
        return id
      },
      async stop() {
        await Promise.all(Object.values(ways).map((way) => way.close()))
        await engine.stop()
      },
    }
  } catch (error) {
    await engine.stop()
    throw error
  }
}

function begun({ docker }: PrivateEngine, name: string): Promise<string> {
  return startContainer(docker, { name, image: matrixImage, flags: containerFlags })
}

/** Makes one with a walk before and after its changes; it is stopped after them where it is to be. */
export async function walkedContainer(engine: PrivateEngine, name: MatrixState): Promise<ChangedContainer> {
  const { docker } = engine
  const id = await begun(engine, name)
  const walk = async () => seenFiles(await bytesFromContainer(docker, name, walkScript))
  const before = await walk()
  await runInContainer(docker, name, changesScript)
  const after = await walk()
  if (name === 'stopped') await stopContainer(docker, name)
  return { name, id, before, after }
}
