import { failed, isFailure, type Failure } from '../core/failure'
import { virtualMachineAt } from '../core/virtual-machine'
import type { EngineDescription } from '../engine/engine'
import { openEngine } from '../engine/open-engine'
import type { Transport } from '../transport/transport'
import { forbiddenSocket } from './engine-socket'
import { hostSockets, type HostSocket } from './host-sockets'

/** An engine's socket on a host, with the engine behind it or the reason why it cannot be used. */
export interface HostEngine {
  readonly socketPath: string
  /** It is the one that the host is connected to. */
  readonly connected: boolean
  readonly found: { readonly description: EngineDescription } | { readonly failure: Failure }
  /** The product in whose virtual machine it runs. */
  readonly virtualMachine?: string
}

/** Milliseconds for one engine to say what it is. */
const answersWithin = 8_000

/**
 * Every engine that can be seen on a host, the one that is connected too, wherever its socket is; all are asked at once.
 * @throws FailureError what the transport throws
 */
export async function hostEngines(
  transport: Transport,
  connectedTo: string | undefined,
  signal: AbortSignal,
): Promise<HostEngine[]> {
  const found = (await hostSockets(transport, connectedTo, signal)) ?? []
  const isListed = found.some(({ path }) => path === connectedTo)
  const own = connectedTo === undefined || isListed ? [] : [{ path: connectedTo, realPath: connectedTo }]
  return await Promise.all(
    [...own, ...found].map((socket) => engineBehind(transport, socket, socket.path === connectedTo, signal)),
  )
}

async function engineBehind(
  transport: Transport,
  socket: HostSocket,
  connected: boolean,
  signal: AbortSignal,
): Promise<HostEngine> {
  const place = { socketPath: socket.path, connected }
  const machine = virtualMachineAt(socket.realPath)
  const inMachine = (name = machine) => (name === undefined ? {} : { virtualMachine: name })
  if (socket.forbidden !== undefined)
    return { ...place, ...inMachine(), found: { failure: forbiddenSocket(socket, transport).failure } }
  const limit = AbortSignal.timeout(answersWithin)
  try {
    const engine = await openEngine(transport, socket.path, AbortSignal.any([signal, limit]))
    try {
      const description = await engine.describe(AbortSignal.any([signal, limit]))
      return { ...place, ...inMachine(description.virtualMachine), found: { description } }
    } finally {
      engine.close()
    }
  } catch (error) {
    if (!isFailure(error) || signal.aborted) throw error
    const { failure } = limit.aborted ? silent(socket.path) : error
    return { ...place, ...inMachine(), found: { failure } }
  }
}

function silent(path: string) {
  return failed(
    'timed-out',
    `What listens at ${path} did not say what it is within ${String(answersWithin / 1000)} seconds.`,
    'The engine may be stopped or overloaded; look at its log, or restart it.',
  )
}
