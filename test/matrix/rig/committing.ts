import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { importImage } from '../../engines/images/images'
import type { PrivateEngine } from '../../engines/engine/private-engine'
import { uniqueName } from '../../engines/docker/shared-engine'
import type { MatrixEngine } from './matrix-engine'

export const local = { hostId: 'local' } as const

/** What a snapshot is asked for with. */
export const input = (containerId: string, changes: object = {}) => ({
  ...local,
  containerId,
  reference: `${containerId}-kept:1`,
  message: 'Raise worker limits',
  author: 'kirizi',
  ...changes,
})

/** An engine of the matrix for tests of one block, with a Lamina of this process on it. */
export interface Committing {
  engine(): PrivateEngine
  lamina(): LaminaUnderTest
  /** What the docker command line prints. */
  said(...args: string[]): Promise<string>
  /** Its lines, of which those of one moment come in any order. */
  list(...args: string[]): Promise<string[]>
  /** A container with one change, gone after the test with what was kept of it. */
  aContainer(image?: string): Promise<string>
}

export function committing(started: () => MatrixEngine): Committing {
  const engine = () => started().engine
  let lamina: LaminaUnderTest
  const base = `${uniqueName('base')}:1`

  beforeAll(async () => {
    lamina = await laminaUnderTest(engine())
    await importImage(engine().docker, base)
  })
  afterAll(() => lamina.close())

  const said = async (...args: string[]) => (await engine().docker(args)).stdout.trim()

  return {
    engine,
    lamina: () => lamina,
    said,
    list: async (...args) => (await said(...args)).split('\n').toSorted(),
    async aContainer(image = base) {
      const { docker } = engine()
      const name = uniqueName('committed')
      await startContainer(docker, { name, image })
      await runInContainer(docker, name, 'echo one > /new')
      onTestFinished(async () => {
        // Podman asks a container to end and waits ten seconds, also where it is to be removed by force.
        await docker(['kill', name], { mayFail: true })
        await removeContainers(docker, name)
        await removeImages(docker, `${name}-kept:1`)
      })
      return name
    },
  }
}
