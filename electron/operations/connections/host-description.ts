import type { OperationOutput } from '../../contract/contract'
import type { HostSession } from '../../session/host/host-session'

/** A host as the contract shows it. */
export async function hostDescription(
  session: HostSession,
  signal: AbortSignal,
): Promise<OperationOutput<'hosts.describe'>> {
  const { engine, version, apiVersion, storageDriver, imageStore, rootless, dataRoot, hostFiles } =
    await session.description(signal)
  const storage = storageDriver === undefined ? {} : { storageDriver, imageStore, rootless, dataRoot }
  return {
    hostId: session.hostId,
    engine,
    version,
    apiVersion,
    ...storage,
    hostLens: hostFiles.works ? { works: true } : { works: false, reason: hostFiles.reason },
  }
}
