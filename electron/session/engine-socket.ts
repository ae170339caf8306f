import { failed, isFailure, type FailureError } from '../core/failure'
import type { Engine } from '../engine/engine'
import { openEngine } from '../engine/open-engine'
import type { Transport } from '../transport/transport'
import type { EngineOpener } from './host-session'
import { hostSockets, lookedAt, usualSocket, type HostSocket } from './host-sockets'

/** What names the socket of a host's engine, where something does. */
export type SocketNamer = 'address' | 'DOCKER_HOST' | 'context'

/** Opens an engine at a socket; as `openEngine` does. */
type OpenAt = (transport: Transport, socketPath: string, signal: AbortSignal) => Promise<Engine>

/**
 * Opens the engine at the socket that is named, or finds one: the usual socket without any look-up, then the others in
 * the order in which they are found. Whatever answered is the host's engine: no other socket is tried from then on, so that
 * a host whose engine is restarted does not turn into another.
 * @throws FailureError `engine-unreachable` or `permission-denied`, with the owner of the socket and what else is on the host
 */
export function engineAt(
  named: string | undefined,
  { by = 'address', openAt = openEngine }: { readonly by?: SocketNamer; readonly openAt?: OpenAt } = {},
): EngineOpener {
  let own = named
  return async (transport, signal) => {
    const first = own ?? usualSocket
    try {
      const engine = await openAt(transport, first, signal)
      own = first
      return engine
    } catch (error) {
      if (!isAbsence(error)) throw error
      const sockets = await hostSockets(transport, first, signal)
      if (sockets === undefined) throw error
      if (own !== undefined) {
        const refusal = ownRefusal(error, own, sockets, transport)
        throw withOthers(
          named !== undefined && by === 'DOCKER_HOST' ? orElsewhere(refusal) : refusal,
          own,
          sockets,
        )
      }
      const { engine, path } = await openAnother(transport, error, sockets, openAt, signal)
      own = path
      return engine
    }
  }
}

/** Whether another socket may serve: nothing is there, or it is not for this user. */
function isAbsence(error: unknown): error is FailureError {
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

/** The same with what can be done where the variable names another socket than the engine's. */
function orElsewhere({ failure }: FailureError): FailureError {
  const elsewhere =
    'DOCKER_HOST names this socket: where the engine listens at another, set it to that and start Lamina again.'
  return failed(failure.kind, failure.message, [failure.remedy, elsewhere].filter(Boolean).join(' '))
}

/** The same with what else there is on the host. */
function withOthers(refusal: FailureError, own: string, sockets: readonly HostSocket[]): FailureError {
  const others = sockets.filter(({ path, forbidden }) => path !== own && forbidden === undefined)
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
  transport: Transport,
  refusal: FailureError,
  sockets: readonly HostSocket[],
  openAt: OpenAt,
  signal: AbortSignal,
): Promise<{ engine: Engine; path: string }> {
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
    `No engine's socket was found on ${transport.isHere === true ? 'this machine' : 'the host'}. Looked at ${lookedAt}.`,
    transport.isHere === true ? nowhereHere : nowhereThere,
  )
}

const nowhereHere =
  'Install and start Docker or Podman, for example with: systemctl start docker. An engine whose socket is at another path can be added as a host: unix:///path/to/docker.sock'
const nowhereThere =
  'Start the engine there, or name its socket in the address: ssh://user@host/path/to/docker.sock'

/** Why this user may not use a socket, and what to do. */
export function forbiddenSocket(
  { path, forbidden = 'another' }: HostSocket,
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
