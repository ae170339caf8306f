import type { DockerCli } from './docker-cli'

/** A container to be made. It does nothing but live, unless a command is given. */
export interface ContainerSpec {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  /** More flags of `docker run`, such as `--volume`. */
  readonly flags?: readonly string[]
}

/** Starts a container without network and gives its full id. */
export async function startContainer(docker: DockerCli, spec: ContainerSpec): Promise<string> {
  const command = spec.command ?? ['tail', '-f', '/dev/null']
  // What runs in it has no reason to end in good order, and an engine that is stopped would wait for it.
  const flags = ['--detach', '--network', 'none', '--stop-timeout', '0', '--name', spec.name]
  return (await docker(['run', ...flags, ...(spec.flags ?? []), spec.image, ...command])).stdout.trim()
}

/** Runs a shell script as root in a running container, ending at its first failing command; gives what it printed. */
export async function runInContainer(docker: DockerCli, container: string, script: string): Promise<string> {
  return (await docker(['exec', '--interactive', container, 'sh', '-eu', '-s'], { input: script })).stdout
}

/** Like `runInContainer`, for output that need not be text. */
export async function bytesFromContainer(
  docker: DockerCli,
  container: string,
  script: string,
): Promise<Buffer> {
  return (await docker(['exec', '--interactive', container, 'sh', '-eu', '-s'], { input: script })).bytes
}

/** Stops a container at once: what runs in it has no reason to end in good order. */
export async function stopContainer(docker: DockerCli, container: string): Promise<void> {
  await docker(['stop', '--time', '0', container])
}

/** Removes containers whatever they do, with their anonymous volumes. One that is not there is no fault. */
export async function removeContainers(docker: DockerCli, ...containers: readonly string[]): Promise<void> {
  for (const container of containers) {
    // A paused container cannot be killed on cgroup v1.
    await docker(['unpause', container], { mayFail: true })
    await docker(['rm', '--force', '--volumes', container], { mayFail: true })
  }
}

/** Removes images by reference or id. One that is not there is no fault. */
export async function removeImages(docker: DockerCli, ...images: readonly string[]): Promise<void> {
  if (images.length > 0) await docker(['rmi', '--force', ...images], { mayFail: true })
}
