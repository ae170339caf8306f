import { z } from 'zod'
import { isFailure } from '../../core/base/failure'
import { readerLabel, type ReaderContainer, type ReaderRequest } from '../engine'
import { momentText } from '../moment'
import type { DockerApi } from './api'
import { labels } from './labels'
import { containerSegment, imageSegment } from './names'

// Engine API, ContainerCreate.
const created = z.object({ Id: z.string().regex(/^[a-f0-9]{64}$/) })
const reader = z.object({
  Id: z.string(),
  Created: z.number(),
  Labels: labels.nullish(),
})

/**
 * Needs a command, which is never run: an image without one could not be made into a container otherwise. The platform is named
 * (`os/architecture`) where the image has not the engine's own.
 */
export async function createReader(
  api: DockerApi,
  { imageId, owner, platform }: ReaderRequest,
  signal: AbortSignal,
): Promise<string> {
  const body = {
    Image: imageSegment(imageId),
    Cmd: ['lamina-reads-and-never-starts-this'],
    Labels: { [readerLabel]: owner },
    HostConfig: { NetworkMode: 'none' },
  }
  const query = platform === undefined ? {} : { platform }
  // With the driver vfs the whole image is copied; who asks has a limit.
  const request = { method: 'POST', path: '/containers/create', query, body, unlimited: true } as const
  const { value } = await api.json(created, request, signal)
  return value.Id
}

export async function listReaders(api: DockerApi, signal: AbortSignal): Promise<ReaderContainer[]> {
  const query = { all: '1', filters: JSON.stringify({ label: [readerLabel] }) }
  return await api.list(
    reader,
    (some) =>
      some.map(({ Id, Created, Labels }) => ({
        id: Id,
        owner: Labels?.[readerLabel] ?? '',
        createdAt: momentText(Created),
      })),
    { path: '/containers/json', query },
    signal,
  )
}

/** With `v`: an image's volumes become anonymous ones of the container. Without `force`: nothing that runs is one of these. */
export async function removeReader(api: DockerApi, id: string, signal: AbortSignal): Promise<void> {
  const path = api.path(`/containers/${containerSegment(id)}`)
  try {
    await api.http.send({ method: 'DELETE', path, query: { v: '1' } }, signal)
  } catch (error) {
    if (!isFailure(error, 'not-found')) throw error
  }
}
