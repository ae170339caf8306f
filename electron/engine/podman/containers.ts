import { z } from 'zod'
import type { EngineMount } from '../../core/containers/container'
import type { DockerApi } from '../docker/api'
import { inMemoryAt } from '../docker/containers'
import { containerSegment } from '../docker/names'
import type { ContainerDetails, Engine } from '../engine'

// Libpod API, ContainerInspectLibpod: what Docker's does not tell.
const own = z.object({
  OCIConfigPath: z.string().nullish(),
  Config: z.object({ SystemdMode: z.boolean().nullish() }).nullish(),
})

/** In a container whose program is systemd (podman-run(1), --systemd). */
const forSystemd = ['/run', '/run/lock', '/tmp', '/var/log/journal']
/** In a container with a read-only root, unless that is asked not to be (podman-run(1), --read-only-tmpfs). */
const forReadOnly = ['/run', '/tmp', '/var/tmp']

/** The file that says that this is a container, which Podman keeps beside the other files that it mounts. */
function markOf(mounts: readonly EngineMount[]): EngineMount {
  const beside = mounts.find(({ destination }) => destination === '/etc/hostname')?.source
  const mark = { destination: '/run/.containerenv', type: 'file' } as const
  return beside === undefined ? mark : { ...mark, source: beside.replace(/[^/]*$/, '.containerenv') }
}

/** As Docker's, with what Podman alone mounts and makes (libpod, container_internal_common.go). */
export async function podmanContainer(
  docker: Pick<Engine, 'container'>,
  libpod: DockerApi,
  id: string,
  signal: AbortSignal,
): Promise<ContainerDetails> {
  const path = `/containers/${containerSegment(id)}/json`
  const [details, value] = await Promise.all([
    docker.container(id, signal),
    // A proxy may let through Docker's API alone; nothing fails for want of this.
    libpod.json(own, { path }, signal).then(
      (answer) => answer.value,
      (): z.infer<typeof own> => ({}),
    ),
  ])
  const asked = new Set(details.mounts.map(({ destination }) => destination))
  const unasked = [
    ...(value.Config?.SystemdMode === true ? forSystemd : []),
    ...(details.readOnly ? forReadOnly : []),
  ]
  const inMemory = [...new Set(unasked)].filter((destination) => !asked.has(destination))
  return {
    ...details,
    mounts: [...details.mounts, ...inMemory.map(inMemoryAt)],
    engineMounts: [...details.engineMounts, markOf(details.engineMounts)],
    engineLinks: new Map([['/etc/mtab', '/proc/mounts']]),
    addsUser: details.user !== '',
    ...(value.OCIConfigPath ? { runtimeConfig: value.OCIConfigPath } : {}),
  }
}
