import { failed, isFailure, type Failure } from '../../core/base/failure'
import { virtualMachineAt } from '../../core/hosts/virtual-machine'
import type { EngineDescription } from '../../engine/engine'
import { openEngine } from '../../engine/open/open-engine'
import type { Transport } from '../../transport/transport'
import { forbiddenSocket } from './engine-socket'
import { hostSockets, type HostSocket } from './host-sockets'
import type { NamedSocket, SocketNamer } from './named-socket'

/** An engine's socket on a host, with the engine behind it or the reason why it cannot be used. */
export interface HostEngine {
  readonly socketPath: string
  /** It is the one that the host is connected to. */
  readonly connected: boolean
  /** What names it for Docker's CLI on its host. */
  readonly namedBy?: SocketNamer
  readonly found: { readonly description: EngineDescription } | { readonly failure: Failure }
  /** The product in whose virtual machine it runs. */
  readonly virtualMachine?: string
}

/** Milliseconds for one engine to say what it is. */
const answersWithin = 8_000

/**
 * Every engine that can be seen on a host, the one that is connected and the one that the host names too, wherever their sockets are; all
 * are asked at once.
 * @throws FailureError what the transport throws
 */
export async function hostEngines(
  transport: Transport,
  {
    connectedTo,
    named,
  }: { readonly connectedTo: string | undefined; readonly named: NamedSocket | undefined },
  signal: AbortSignal,
): Promise<HostEngine[]> {
  const meant = [...new Set([connectedTo, named?.socketPath].filter((path) => path !== undefined))]
  const found = (await hostSockets(transport, meant, signal)) ?? []
  const unseen = meant
    .filter((path) => !found.some((socket) => leadsTo(socket, path)))
    .map((path) => ({ path, realPath: path, also: [] }))
  return await Promise.all(
    [...unseen, ...found].map(async (socket) => ({
      socketPath: socket.path,
      connected: leadsTo(socket, connectedTo),
      ...(named !== undefined && leadsTo(socket, named.socketPath) ? { namedBy: named.by } : {}),
      ...(await engineBehind(transport, socket, signal)),
    })),
  )
}

function leadsTo({ path, also }: HostSocket, wanted: string | undefined): boolean {
  return wanted !== undefined && (path === wanted || also.includes(wanted))
}

async function engineBehind(
  transport: Transport,
  socket: HostSocket,
  signal: AbortSignal,
): Promise<Pick<HostEngine, 'found' | 'virtualMachine'>> {
  const machine = virtualMachineAt(socket.realPath)
  const inMachine = (name = machine) => (name === undefined ? {} : { virtualMachine: name })
  if (socket.forbidden !== undefined)
    return { ...inMachine(), found: { failure: forbiddenSocket(socket, transport).failure } }
  const limit = AbortSignal.timeout(answersWithin)
  try {
    const engine = await openEngine(transport, socket.path, AbortSignal.any([signal, limit]))
    try {
      const description = await engine.describe(AbortSignal.any([signal, limit]))
      return { ...inMachine(description.virtualMachine), found: { description } }
    } finally {
      engine.close()
    }
  } catch (error) {
    if (!isFailure(error) || signal.aborted) throw error
    const { failure } = limit.aborted ? silent(socket.path) : error
    return { ...inMachine(), found: { failure } }
  }
}

function silent(path: string) {
  return failed(
    'timed-out',
    `What listens at ${path} did not say what it is within ${String(answersWithin / 1000)} seconds.`,
    'The engine may be stopped or overloaded; look at its log, or restart it.',
  )
}
