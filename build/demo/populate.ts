import { randomUUID } from 'node:crypto'
import { snapshotLabel } from '../../electron/engine/engine'
import type { DockerCli } from '../../test/engines/docker/docker-cli'
import { runInContainer } from '../../test/engines/docker/containers'
import { buildImage, importImage } from '../../test/engines/images/images'
import { demoContainers, type DemoContainer } from './containers'
import { demoBase, demoBaseFiles, demoImages } from './images'

/**
 * Makes the demo's images and containers on an engine. `said` is told what is being made. Throws when the
 * engine refuses; nothing is removed again, for the engine is a throwaway one.
 */
export async function populateDemo(
  docker: DockerCli,
  said: (line: string) => void = () => undefined,
): Promise<void> {
  said(`image ${demoBase}`)
  await importImage(docker, demoBase, demoBaseFiles)
  for (const image of demoImages) {
    said(`image ${image.reference}`)
    await buildImage(docker, image.reference, image.dockerfile, image.files)
  }
  for (const container of demoContainers) {
    said(`container ${container.name}`)
    await makeContainer(docker, container)
  }
}

async function makeContainer(docker: DockerCli, container: DemoContainer): Promise<void> {
  const flags = ['--network', 'none', '--name', container.name, ...container.flags]
  await docker(['create', ...flags, container.image, ...container.command])
  if (container.state === 'created') return
  await docker(['start', container.name])
  if (container.script !== undefined) await runInContainer(docker, container.name, container.script)
  if (container.committedAs !== undefined) {
    const { reference, author, message } = container.committedAs
    // The label by which Lamina knows its own snapshots.
    const label = `LABEL ${snapshotLabel}=${randomUUID()}`
    await docker([
      'commit',
      '--author',
      author,
      '--message',
      message,
      '--change',
      label,
      container.name,
      reference,
    ])
  }
  if (container.state === 'exited') await docker(['stop', '--time', '1', container.name])
}
