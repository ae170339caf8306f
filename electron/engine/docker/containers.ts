import { z } from 'zod'
import type { ContainerMount, ContainerSummary, EngineMount } from '../../core/containers/container'
import { readerLabel, type ContainerDetails } from '../engine'
import type { EngineWords } from '../engine-words'
import { momentText } from '../moment'
import { shownJson, type DockerApi } from './api'
import { labels } from './labels'
import { containerSegment } from './names'
import { overlayDirectories } from './overlay-directories'

// Engine API, ContainerList. Shapes are Docker's; fields that Lamina does not use are left out.
const summary = z.object({
  Id: z.string(),
  Names: z.array(z.string()).nullish(),
  Image: z.string(),
  ImageID: z.string(),
  State: z.string(),
  Status: z.string(),
  Created: z.number(),
  Labels: labels.nullish(),
})

// Engine API, ContainerInspect.
const details = z.object({
  Id: z.string(),
  Name: z.string(),
  Image: z.string(),
  Created: z.string(),
  Path: z.string().nullish(),
  Args: z.array(z.string()).nullish(),
  State: z.object({ Status: z.string(), Pid: z.number().int().nullish() }),
  Config: z.object({ Image: z.string(), WorkingDir: z.string().nullish(), User: z.string().nullish() }),
  Mounts: z
    .array(
      z.object({
        Type: z.string().nullish(),
        Name: z.string().nullish(),
        Source: z.string().nullish(),
        Destination: z.string(),
        RW: z.boolean(),
      }),
    )
    .nullish(),
  HostConfig: z
    .object({
      ReadonlyRootfs: z.boolean().nullish(),
      Tmpfs: z.record(z.string(), z.string()).nullish(),
      Init: z.boolean().nullish(),
      UsernsMode: z.string().nullish(),
    })
    .nullish(),
  HostsPath: z.string().nullish(),
  HostnamePath: z.string().nullish(),
  ResolvConfPath: z.string().nullish(),
  // With 1.48, on the containerd store: the manifest of the platform's image that the container was made from.
  ImageManifestDescriptor: z
    .object({
      digest: z.string().nullish(),
      platform: z.object({ os: z.string(), architecture: z.string() }).nullish(),
    })
    .nullish(),
  GraphDriver: z.object({ Name: z.string(), Data: z.record(z.string(), z.unknown()).nullish() }).nullish(),
})

export async function listContainers(
  api: DockerApi,
  words: EngineWords,
  { all }: { all: boolean },
  signal: AbortSignal,
): Promise<ContainerSummary[]> {
  const request = { path: '/containers/json', query: all ? { all: '1' } : {} }
  return await api.list(
    summary,
    (some) =>
      some
        .filter(({ Labels }) => Labels?.[readerLabel] === undefined)
        .map((container) => ({
          id: container.Id,
          name: ownName(container.Names ?? []),
          image: words.familiarReference(container.Image),
          imageId: imageIdIn(container.ImageID),
          state: words.containerState(container.State),
          status: container.Status,
          createdAt: momentText(container.Created),
        })),
    request,
    signal,
  )
}

export async function inspectContainer(
  api: DockerApi,
  words: EngineWords,
  id: string,
  signal: AbortSignal,
): Promise<ContainerDetails> {
  const { value, raw } = await api.json(details, { path: `/containers/${containerSegment(id)}/json` }, signal)
  const directories = overlayDirectories(value.GraphDriver?.Data ?? {})
  const pid = value.State.Pid ?? 0
  const { digest, platform } = value.ImageManifestDescriptor ?? {}
  return {
    id: value.Id,
    name: value.Name.replace(/^\//, ''),
    image: words.familiarReference(value.Config.Image),
    imageId: imageIdIn(value.Image),
    state: words.containerState(value.State.Status),
    createdAt: momentText(value.Created),
    command: [value.Path ?? '', ...(value.Args ?? [])].filter((word) => word !== ''),
    workingDirectory: value.Config.WorkingDir ?? '',
    user: value.Config.User ?? '',
    mounts: mountsOf(value),
    engineMounts: engineMountsOf(value, words),
    engineLinks: new Map(),
    workingDirectoryOf: words.workingDirectoryOf,
    addsUser: false,
    readOnly: value.HostConfig?.ReadonlyRootfs === true,
    ...(directories === undefined ? {} : { directories }),
    ...(digest ? { manifestDigest: digest } : {}),
    ...(pid > 0 ? { pid } : {}),
    ...(value.HostConfig?.UsernsMode === 'host' ? { userNamespace: 'host' } : {}),
    ...(platform ? { platform } : {}),
    raw: shownJson(raw),
  }
}

/** A mount of the type tmpfs stands among the others, one by the flag `--tmpfs` does not. */
function mountsOf({ Mounts, HostConfig }: z.infer<typeof details>): ContainerMount[] {
  const told = (Mounts ?? []).map(({ Type, Name, Source, Destination, RW }) => ({
    type: Type ?? 'bind',
    ...(Name ? { name: Name } : {}),
    source: Source ?? '',
    destination: Destination,
    writable: RW,
  }))
  const inMemory = Object.keys(HostConfig?.Tmpfs ?? {}).map(inMemoryAt)
  return [...told, ...inMemory.filter((mount) => !told.some((one) => one.destination === mount.destination))]
}

/** A directory in memory. */
export function inMemoryAt(destination: string): ContainerMount {
  return { type: 'tmpfs', source: '', destination, writable: true }
}

/** What the kernel shows (OCI runtime-spec, config-linux.md), and the files that the engine writes for this container and mounts. */
function engineMountsOf(
  { Mounts, HostConfig, HostsPath, HostnamePath, ResolvConfPath }: z.infer<typeof details>,
  { initPath }: EngineWords,
): EngineMount[] {
  const files = { '/etc/hosts': HostsPath, '/etc/hostname': HostnamePath, '/etc/resolv.conf': ResolvConfPath }
  const all: EngineMount[] = ['/dev', '/proc', '/sys'].map((destination) => ({ destination, type: 'system' }))
  for (const [destination, source] of Object.entries(files))
    if (source) all.push({ destination, type: 'file', source })
  if (HostConfig?.Init === true) all.push({ destination: initPath, type: 'system' })
  const asked = new Set((Mounts ?? []).map(({ Destination }) => Destination))
  return all.filter(({ destination }) => !asked.has(destination))
}

export async function resumeContainer(api: DockerApi, id: string, signal: AbortSignal): Promise<void> {
  const path = api.path(`/containers/${containerSegment(id)}/unpause`)
  await api.http.send({ method: 'POST', path, timeout: api.answersWithin }, signal)
}

/** Podman says `sha256:` and nothing more of a container without an image (measured with 5.4). */
function imageIdIn(text: string): string {
  return text === 'sha256:' ? '' : text
}

/** Links of other containers stand in the names too, as `/other/alias`. */
function ownName(names: readonly string[]): string {
  const own = names.find((name) => name.lastIndexOf('/') === 0) ?? names[0] ?? ''
  return own.replace(/^\//, '')
}
