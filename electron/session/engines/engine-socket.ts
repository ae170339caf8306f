import { failed, isFailure, type FailureError } from '../../core/base/failure'
import type { Engine } from '../../engine/engine'
import { openEngine } from '../../engine/open/open-engine'
import type { Transport } from '../../transport/transport'
import { hostSockets, lookedAt, usualSocket, type HostSocket } from './host-sockets'
import type { NamedSocket } from './named-socket'

/** Opens the engine of a host anew, as is done at first and after it was lost. */
export type EngineOpener = (transport: Transport, signal: AbortSignal) => Promise<Engine>

/** Opens an engine at a socket; as `openEngine` does. */
export type OpenAt = (transport: Transport, socketPath: string, signal: AbortSignal) => Promise<Engine>

/** An engine that answered, and where. */
export interface OpenedEngine {
  readonly engine: Engine
  readonly path: string
}

/**
 * Opens the engine at the socket that is named, or finds one: the usual socket without any look-up, then the others in
 * the order in which they are found. Whatever answered is the host's engine: no other socket is tried from then on, so that
 * a host whose engine is restarted does not turn into another.
 * @throws FailureError `engine-unreachable` or `permission-denied`, with the owner of the socket and what else is on the host
 */
export function engineAt(
  path: string | undefined,
  { named, openAt = openEngine }: { readonly named?: NamedSocket; readonly openAt?: OpenAt } = {},
): EngineOpener {
  let own = named?.socketPath ?? path
  return async (transport, signal) => {
    const opened =
      own === undefined
        ? await openUsual(() => openAt(transport, usualSocket, signal), { transport, openAt }, signal)
        : await openOwn(own, { transport, openAt, ...(named === undefined ? {} : { named }) }, signal)
    own = opened.path
    return opened.engine
  }
}

/** The way to a host's sockets. */
export interface Way {
  readonly transport: Transport
  readonly openAt: OpenAt
  /** What names the socket, where that is not the host's address. */
  readonly named?: NamedSocket
  /** What else to try where nothing answers and the host runs no commands; nothing where that did not help. */
  readonly withoutCommands?: () => Promise<OpenedEngine | undefined>
}

/** Opens the engine at the one socket that is meant. */
export async function openOwn(own: string, way: Way, signal: AbortSignal): Promise<OpenedEngine> {
  const { transport, openAt, named } = way
  try {
    return { engine: await openAt(transport, own, signal), path: own }
  } catch (error) {
    if (!isAbsence(error)) throw error
    const sockets = await hostSockets(transport, [own], signal)
    if (sockets === undefined) return (await way.withoutCommands?.()) ?? rethrown(error)
    const refusal = ownRefusal(error, own, sockets, transport)
    throw withOthers(named === undefined ? refusal : orElsewhere(refusal, named, transport), own, sockets)
  }
}

/** Opens the engine at the usual socket, as `first` does, or at another one that is found. */
export async function openUsual(
  first: () => Promise<Engine>,
  way: Way,
  signal: AbortSignal,
): Promise<OpenedEngine> {
  try {
    return { engine: await first(), path: usualSocket }
  } catch (error) {
    if (!isAbsence(error)) throw error
    const sockets = await hostSockets(way.transport, [], signal)
    if (sockets === undefined) return (await way.withoutCommands?.()) ?? rethrown(error)
    return await openAnother(error, sockets, way, signal)
  }
}

function rethrown(error: FailureError): never {
  throw error
}

/** Whether another socket may serve: nothing is there, or it is not for this user. */
export function isAbsence(error: unknown): error is FailureError {
  return isFailure(error, 'engine-unreachable') || isFailure(error, 'permission-denied')
}

/** Why the engine at one socket does not answer: whose socket it is, where it is not for this user. */
function ownRefusal(
  refusal: FailureError,
  own: string,
  sockets: readonly HostSocket[],
  transport: Transport,
): FailureError {
  const there = sockets.find(({ path }) => path === own)
  return there?.forbidden === undefined ? refusal : forbiddenSocket(there, transport)
}

/** The same with what can be done where another socket is named than the engine's. */
function orElsewhere({ failure }: FailureError, named: NamedSocket, { isHere }: Transport): FailureError {
  const elsewhere = isHere === true ? elsewhereHere[named.by] : elsewhereThere[named.by]
  return failed(failure.kind, failure.message, [failure.remedy, elsewhere].filter(Boolean).join('\n'))
}

const elsewhereHere = {
  DOCKER_HOST:
    'DOCKER_HOST names this socket: where the engine listens at another, set it to that and start Lamina again.',
  context: 'The current Docker context names this socket ("docker context ls" lists all of them).',
} as const
const elsewhereThere = {
  DOCKER_HOST:
    "The host's DOCKER_HOST names this socket: where the engine listens at another, set it to that there, or name the socket in the address: ssh://user@host/path/of/the.sock",
  context:
    'The host\'s current Docker context names this socket: where the engine listens at another, choose another context there ("docker context use default"), or name the socket in the address: ssh://user@host/path/of/the.sock',
} as const

/** The same with what else there is on the host. */
export function withOthers(
  refusal: FailureError,
  own: string | undefined,
  sockets: readonly HostSocket[],
): FailureError {
  const others = sockets.filter(
    ({ path, also, forbidden }) =>
      forbidden === undefined && (own === undefined || (path !== own && !also.includes(own))),
  )
  if (others.length === 0) return refusal
  const { failure } = refusal
  const paths = others.map(({ path }) => path).join(', ')
  return failed(
    failure.kind,
    `${failure.message} Another engine may answer at ${paths}.`,
    `${failure.remedy ?? 'Start the engine again.'} Or open the other one as a host of its own.`,
  )
}

async function openAnother(
  refusal: FailureError,
  sockets: readonly HostSocket[],
  { transport, openAt }: Way,
  signal: AbortSignal,
): Promise<OpenedEngine> {
  const usable = sockets.filter(({ forbidden }) => forbidden === undefined)
  for (const { path } of usable) {
    if (path === usualSocket) continue
    try {
      return { engine: await openAt(transport, path, signal), path }
    } catch (error) {
      if (!isAbsence(error)) throw error
    }
  }
  // A socket that is there and may be used, and still does not answer, has its own reason, and so has one that is forbidden.
  const [forbidden] = sockets.filter((socket) => socket.forbidden !== undefined)
  if (usable.length > 0) throw ownRefusal(refusal, usualSocket, sockets, transport)
  if (forbidden !== undefined) throw forbiddenSocket(forbidden, transport)
  if (isFailure(refusal, 'permission-denied')) throw refusal
  throw failed(
    'engine-unreachable',
    `No engine's socket was found on ${transport.isHere === true ? 'this machine' : 'the host'}. Neither DOCKER_HOST nor a Docker context names one of it. Looked at ${lookedAt}.`,
    transport.isHere === true ? nowhereHere : nowhereThere,
  )
}

const nowhereHere =
  'Install and start Docker or Podman, for example with: systemctl start docker. An engine whose socket is at another path can be added as a host: unix:///path/to/docker.sock'
const nowhereThere =
  'Start the engine there, or name its socket in the address: ssh://user@host/path/to/docker.sock'

/** Why this user may not use a socket, and what to do. */
export function forbiddenSocket(
  { path, forbidden = 'another' }: Pick<HostSocket, 'path' | 'forbidden'>,
  { isHere }: Pick<Transport, 'isHere'>,
): FailureError {
  const group = forbidden.split(':')[1]
  const asOwner = isHere === true ? 'Start Lamina as the user who owns it' : 'Connect as the user who owns it'
  return failed(
    'permission-denied',
    `This user may not use the engine's socket ${path}, which belongs to ${forbidden}.`,
    group === undefined || group === 'root'
      ? `${asOwner}, or as root.`
      : `${asOwner}, or add this user to the group (usermod -aG ${group} and the user's name) and log in again.`,
  )
}
