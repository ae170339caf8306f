import { z } from 'zod'
import { answered } from '../../core/base/allowed'
import type { EngineDescription, ToldEngine } from '../engine'
import type { DockerApi } from './api'

// Engine API, SystemInfo.
const info = z.object({
  ID: z.string().nullish(),
  ServerVersion: z.string(),
  Driver: z.string(),
  DriverStatus: z.array(z.array(z.string())).nullish(),
  DockerRootDir: z.string(),
  OperatingSystem: z.string().nullish(),
  Name: z.string().nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
})

type Info = z.infer<typeof info>

/**
 * An engine by what it says of itself, or by its version alone where it, or a proxy before it, does not answer: nothing but the host
 * lens needs more.
 */
export async function describedOrNamed(
  describe: () => Promise<ToldEngine>,
  { engine, version, apiVersion }: Pick<ToldEngine, 'engine' | 'version' | 'apiVersion'>,
): Promise<EngineDescription> {
  const described = await answered(describe())
  return described.ok ? described.value : { engine, version, apiVersion, untold: described.failure }
}

/** What both kinds of engine say of themselves in the same words. */
export async function describeEngine(
  api: DockerApi,
  engine: ToldEngine['engine'],
  signal: AbortSignal,
): Promise<ToldEngine> {
  const { value } = await api.json(info, { path: '/info' }, signal)
  const status = new Map((value.DriverStatus ?? []).map(([name, state]) => [name, state]))
  const says = (flag: string) => status.get(flag) === 'true'
  const virtualMachine = machineOf(value)
  const remapped = remappedRoot(value)
  return {
    engine,
    // Podman answers with another one each time (pkg/api/handlers/compat/info.go).
    ...(engine === 'Docker' && value.ID ? { engineId: value.ID } : {}),
    version: value.ServerVersion,
    apiVersion: api.version,
    storageDriver: value.Driver,
    // moby, daemon/containerd/service.go: LayerStoreStatus.
    imageStore: status.get('driver-type') === 'io.containerd.snapshotter.v1' ? 'containerd' : 'graph-driver',
    dataRoot: value.DockerRootDir,
    nativeDiff: says('Native Overlay Diff'),
    metacopy: says('Using metacopy'),
    userxattr: says('userxattr'),
    // moby, daemon/info.go: `name=rootless`; Podman says the same (pkg/api/handlers/compat/info.go).
    rootless: (value.SecurityOptions ?? []).some((option) => option.split(',').includes('name=rootless')),
    ...(remapped === undefined ? {} : { remapped }),
    ...(virtualMachine === undefined ? {} : { virtualMachine }),
  }
}

/**
 * moby, daemon/info.go: `name=userns`; cmd/dockerd and daemon/daemon_unix.go, setupDaemonRoot: whose ids root has is the name of the data root.
 */
function remappedRoot({ DockerRootDir, SecurityOptions }: Info): EngineDescription['remapped'] {
  if (!(SecurityOptions ?? []).some((option) => option.split(',').includes('name=userns'))) return undefined
  const [, uid, gid] = /\/(\d{1,10})\.(\d{1,10})$/.exec(DockerRootDir) ?? []
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
}

/** Products that run an engine in a machine of their own tell it by the system's name or by the machine's. */
function machineOf({ OperatingSystem, Name }: Info): string | undefined {
  const system = OperatingSystem ?? ''
  const name = Name ?? ''
  if (/^Docker Desktop\b/.test(system)) return 'Docker Desktop'
  if (system === 'OrbStack') return 'OrbStack'
  if (/^colima(?:-|$)/.test(name)) return 'Colima'
  if (name === 'lima-rancher-desktop') return 'Rancher Desktop'
  if (/^lima-/.test(name)) return 'Lima'
  return undefined
}
