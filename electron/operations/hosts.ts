import type { OperationOutput } from '../contract/contract'
import type { HostSession } from '../session/host-session'
import { localHostId } from '../session/local-host'
import { sessionOf } from './context'
import type { Handler } from './handler'

export const listHosts: Handler<'hosts.list'> = (context) =>
  Promise.resolve(
    [...context.sessions.keys()].map((hostId) => ({
      hostId,
      kind: hostId === localHostId ? ('local' as const) : ('ssh' as const),
      name: hostId,
    })),
  )

export const describeHost: Handler<'hosts.describe'> = (context, { hostId }) =>
  hostDescription(sessionOf(context, hostId))

export const connectHost: Handler<'hosts.connect'> = (context, { hostId }) => {
  const session = sessionOf(context, hostId)
  context.watch(session)
  return hostDescription(session)
}

/** A host as the contract shows it. */
export async function hostDescription(session: HostSession): Promise<OperationOutput<'hosts.describe'>> {
  const { engine, version, apiVersion, storageDriver, dataRoot, hostFiles } = await session.description()
  return {
    hostId: session.hostId,
    engine,
    version,
    apiVersion,
    storageDriver,
    dataRoot,
    hostLens: hostFiles.works ? { works: true } : { works: false, reason: hostFiles.reason },
  }
}
