import { socketAddress } from '../../core/hosts/socket-address'
import { formatSshAddress, parseSshAddress } from '../../core/hosts/ssh-address'
import type { HostEngine } from '../../session/engines/host-engines'
import { sessionOf } from '../context/context'
import type { Handler } from '../context/handler'

type DescribedEngine = Extract<HostEngine['found'], { description: unknown }>['description']

export const listEngines: Handler<'hosts.engines'> = async (context, { hostId }, signal) => {
  const session = await sessionOf(context, hostId, signal)
  const engines = await session.engines(signal)
  return engines.map(({ socketPath, connected, namedBy, found, virtualMachine }) => ({
    socketPath,
    hostId: connected ? session.hostId : idOfEngine(session.hostId, socketPath),
    connected,
    ...(namedBy === undefined ? {} : { namedBy }),
    ...(virtualMachine === undefined ? {} : { virtualMachine }),
    ...('failure' in found ? { failure: found.failure } : { description: factsOf(found.description) }),
  }))
}

/** An engine's id beside that of another engine of its host. */
function idOfEngine(hostId: string, socketPath: string): string {
  const parsed = hostId.startsWith('ssh://') ? parseSshAddress(hostId) : undefined
  return parsed?.ok === true ? formatSshAddress({ ...parsed.address, socketPath }) : socketAddress(socketPath)
}

function factsOf({ engine, version, storageDriver, imageStore, rootless }: DescribedEngine) {
  return { engine, version, ...(storageDriver === undefined ? {} : { storageDriver, imageStore, rootless }) }
}
