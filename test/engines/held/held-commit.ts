import { join } from 'node:path'
import { runInContainer, startContainer, type ContainerSpec } from '../docker/containers'
import type { DockerCli } from '../docker/docker-cli'
import { holdFile, type HeldFile } from './held-file'

/**
 * Starts a container with a change whose commit stands still in the middle: the engine has paused the container, `wanted` tells so, and
 * it makes no image before `release`. It does all else meanwhile.
 */
export async function containerWithHeldCommit(docker: DockerCli, spec: ContainerSpec): Promise<HeldFile> {
  await startContainer(docker, spec)
  await runInContainer(docker, spec.name, 'echo one > /held; echo two > /new')
  const format = '{{.GraphDriver.Data.UpperDir}}'
  const upper = (await docker(['inspect', '--format', format, spec.name])).stdout.trim()
  return await holdFile(join(upper, 'held'))
}
