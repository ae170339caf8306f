import { failed } from '../../core/base/failure'
import type { ContainerDetails } from '../../engine/engine'
import { newerEntries, type NewerEntries } from '../../hostfs/upper/written-since'
import type { HostSession } from '../host/host-session'

export type UpperNews = NewerEntries

/**
 * Whether anything in a container's upper layer was written since an earlier answer, which costs far less than to list it.
 * @throws FailureError `lens-unavailable` where the host's files cannot be read
 */
export async function upperNews(
  session: HostSession,
  container: ContainerDetails,
  since: number,
  signal: AbortSignal,
): Promise<UpperNews> {
  const files = await session.filesOf(container, signal)
  if (!files.works)
    throw failed('lens-unavailable', `The upper directory cannot be read any more: ${files.reason}`)
  return await newerEntries(files.files, files.directories.upper, since, signal)
}
