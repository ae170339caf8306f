import { z } from 'zod'
import { changesNothing, idRange, type IdMap, type OwnerMap } from '../../core/owners/id-map'
import type { DockerApi } from '../docker/api'
import { containerSegment } from '../docker/names'
import type { ContainerDetails } from '../engine'

const compat = z.object({ HostConfig: z.object({ UsernsMode: z.string().nullish() }).nullish() })

// docs.podman.io, libpod ContainerInspect. Lines are `INSIDE:OUTSIDE:COUNT`; Docker's API does not tell them.
const inspected = z.object({
  HostConfig: z
    .object({
      IDMappings: z
        .object({ UidMap: z.array(z.string()).nullish(), GidMap: z.array(z.string()).nullish() })
        .nullish(),
    })
    .nullish(),
})

/** A container with the map of its user namespace, where it has one of its own (podman-run(1), `--userns`, `--uidmap`). */
export async function withUserNamespace(
  libpod: DockerApi,
  details: ContainerDetails,
  signal: AbortSignal,
): Promise<ContainerDetails> {
  const mode = compat.safeParse(JSON.parse(details.raw)).data?.HostConfig?.UsernsMode ?? ''
  if (mode === '' || mode === 'host') return details
  const userNamespace = await userNamespaceOf(libpod, details.id, signal)
  return userNamespace === undefined ? details : { ...details, userNamespace }
}

/** How owners are numbered in a container; nothing where they are as the engine has them. */
async function userNamespaceOf(
  libpod: DockerApi,
  id: string,
  signal: AbortSignal,
): Promise<OwnerMap | undefined> {
  const { value } = await libpod.json(inspected, { path: `/containers/${containerSegment(id)}/json` }, signal)
  const { UidMap, GidMap } = value.HostConfig?.IDMappings ?? {}
  const map = { uids: mapOf(UidMap ?? []), gids: mapOf(GidMap ?? []) }
  return map.uids.length === 0 || map.gids.length === 0 || changesNothing(map) ? undefined : map
}

function mapOf(lines: readonly string[]): IdMap {
  return lines.map(idRange).filter((range) => range !== undefined)
}
