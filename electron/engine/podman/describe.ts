import { z } from 'zod'
import type { DockerApi } from '../docker/api'
import { describeEngine } from '../docker/describe'
import type { ToldEngine } from '../engine'

// docs.podman.io, libpod SystemInfo: what containers-storage.conf(5) sets for the driver, with versions beside a program's path.
const info = z.object({
  host: z.object({ hostname: z.string().nullish() }).nullish(),
  store: z.object({
    graphOptions: z.record(z.string(), z.unknown()).nullish(),
    graphRoot: z.string().nullish(),
    graphRootAllocated: z.number().nullish(),
  }),
})
const program = z.object({ Executable: z.string() })

/** containers-storage.conf(5): `force_mask`, and the option by which it mounts then (fuse-overlayfs(1), `xattr_permissions`). */
function keepsStats(options: Readonly<Record<string, unknown>>): boolean {
  const [mask, mount] = [options['overlay.force_mask'], options['overlay.mountopt']]
  if (typeof mask === 'string' && mask !== '') return true
  return typeof mount === 'string' && mount.split(',').includes('xattr_permissions=2')
}

/** Podman calls its driver `overlay` also where a program mounts, which leaves other marks in the layers than the kernel. */
export async function describePodman(
  api: DockerApi,
  libpod: DockerApi,
  signal: AbortSignal,
): Promise<ToldEngine> {
  const [description, { value }] = await Promise.all([
    describeEngine(api, 'Podman', signal),
    libpod.json(info, { path: '/info' }, signal),
  ])
  const whole = { ...description, ...idOf(value) }
  const mountProgram = program.safeParse(value.store.graphOptions?.['overlay.mount_program'])
  if (!mountProgram.success) return whole
  const name = mountProgram.data.Executable.split('/').at(-1) ?? ''
  return { ...whole, storageDriver: name, keepsStats: keepsStats(value.store.graphOptions ?? {}) }
}

/** Podman keeps no id. Two engines hardly share the name of their machine with the place and the size of their storage. */
function idOf({ host, store }: z.infer<typeof info>): Pick<ToldEngine, 'engineId'> {
  const { graphRoot, graphRootAllocated } = store
  if (!host?.hostname || !graphRoot || !graphRootAllocated) return {}
  return { engineId: `${host.hostname}:${graphRoot}:${String(graphRootAllocated)}` }
}
