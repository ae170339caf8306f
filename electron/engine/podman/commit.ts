import { z } from 'zod'
import type { DockerApi } from '../docker/api'
import { containerSegment } from '../docker/names'
import { snapshotLabel, type CommitRequest } from '../engine'

const answer = z.object({ Id: z.string().regex(/^[a-f0-9]{64}$/) })

/**
 * Podman's own call (docs.podman.io, libpod ImageCommitLibpod), which differs from Docker's in that it needs no body and takes the format:
 * images of the OCI format have no place for a message. A pause that fails ends it before anything is made.
 */
export async function commitContainer(
  libpod: DockerApi,
  request: CommitRequest,
  signal: AbortSignal,
): Promise<string> {
  const query = {
    container: containerSegment(request.containerId),
    format: 'docker',
    comment: request.message,
    author: request.author,
    pause: String(request.pause),
    // A line of a Dockerfile: only a UUID goes in, because a line break in a value would begin another instruction.
    changes: `LABEL ${snapshotLabel}=${request.snapshotId}`,
  }
  const { value } = await libpod.json(
    answer,
    { method: 'POST', path: '/commit', query, unlimited: true, refusedByEngine: true },
    signal,
  )
  return `sha256:${value.Id}`
}
