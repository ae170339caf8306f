import { lossReasons, type LossReason, type SnapshotLoss } from '../../core/snapshots/snapshot-loss'
import type { BytePath } from '../../core/base/byte-path'
import { isFailure } from '../../core/base/failure'
import { knownInside } from '../../core/owners/id-map'
import type { ContainerDetails } from '../../engine/engine'
import type { LayerOwners } from '../../hostfs/host/host-files'
import { upperLosses } from '../../hostfs/upper/upper-losses'
import type { HostSession } from '../host/host-session'

/** Paths that are told for each reason. */
const most = 20

/**
 * What an image of a container is known not to hold as the container has it, looked for before it is made; nothing through an engine that only tells
 * names.
 * @throws FailureError `cancelled`, `connection-lost`
 */
export async function snapshotLosses(
  session: HostSession,
  container: ContainerDetails,
  signal: AbortSignal,
): Promise<SnapshotLoss[]> {
  const files = await session.filesOf(container, signal)
  if (!files.works) return []
  const engine = await session.engine(signal)
  const keeps = {
    attribute: (name: string) => engine.keepsAttribute(name),
    owner: await keptOwners(session, container, files.files.owners, signal),
  }
  const found = new Map<LossReason, { count: number; paths: BytePath[] }>()
  try {
    const losses = upperLosses(files.files, files.directories, keeps, signal)
    for await (const { reason, path } of losses) {
      const loss = found.get(reason) ?? { count: 0, paths: [] }
      found.set(reason, loss)
      loss.count += 1
      if (loss.paths.length < most) loss.paths.push(path)
    }
  } catch (error) {
    // What is wanted for a word before the snapshot does not stop it; what is missing is found after it.
    if (!isFailure(error, 'command-failed')) throw error
  }
  return lossReasons.flatMap((reason) => {
    const loss = found.get(reason)
    return loss === undefined ? [] : [{ reason, ...loss }]
  })
}

/**
 * What becomes of owners. A commit knows nothing of those that a mount gives what runs (Podman 4.3 and 5.4, measured). What the user namespace of
 * an engine has no number for is left out of the image (moby, pkg/archive: measured with 26.1).
 */
async function keptOwners(
  session: HostSession,
  { userNamespace, state }: ContainerDetails,
  owners: LayerOwners | undefined,
  signal: AbortSignal,
): Promise<(uid: number, gid: number) => LossReason | undefined> {
  if (owners?.byMount === true && state === 'running') return () => 'owner-of-host'
  const map = userNamespace === 'host' ? await session.engineOwners(signal) : undefined
  if (map === undefined) return () => undefined
  return (uid, gid) => {
    const isKnown = knownInside(map.uids, uid) !== undefined && knownInside(map.gids, gid) !== undefined
    return isKnown ? undefined : 'owner-unmapped'
  }
}
