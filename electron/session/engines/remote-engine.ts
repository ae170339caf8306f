import { failed, isFailure, type FailureError, type FailureKind } from '../../core/base/failure'
import type { Engine } from '../../engine/engine'
import { openEngine } from '../../engine/open/open-engine'
import { usualLimits } from '../../transport/limits/command-limits'
import { engineOfOnlyCommand, type Transport } from '../../transport/transport'
import {
  isAbsence,
  openOwn,
  openUsual,
  withOthers,
  type EngineOpener,
  type OpenAt,
  type OpenedEngine,
  type Way,
} from './engine-socket'
import { socketNamedThere } from './host-names'
import { hostSockets, usualSocket } from './host-sockets'
import type { NamedSocket } from './named-socket'

/**
 * Milliseconds more than a command may take to begin that a host has to say which engine it names, when the usual socket has answered or not:
 * so the reason is told by whoever knows it.
 */
const morePatience = 2_000

/** Where Podman's system service listens (podman-system-service(1)): the other place that is known without a command. */
const podmansSocket = '/run/podman/podman.sock'

/** What a host says of its engine: a socket that it names, or why it says nothing. */
type Told = { readonly named: NamedSocket | undefined } | { readonly mute: FailureError }

/**
 * Opens the engine of a host over SSH: at the socket of its address, else at the one that its own DOCKER_HOST or current Docker context
 * names, else at the usual one or another that is found. The usual socket is tried while the host is asked, so that one whose
 * commands do not run is waited for no longer than that. A login that may run one command alone, which leads to an engine, has that engine.
 * What answered stays the host's engine, as with `engineAt`.
 * @throws FailureError what `engineAt` and `socketNamedThere` throw
 */
export function remoteEngine(
  address: string | undefined,
  {
    openAt = openEngine,
    beginWithin = usualLimits.beginWithin,
    patience = beginWithin + morePatience,
  }: { readonly openAt?: OpenAt; readonly patience?: number; readonly beginWithin?: number } = {},
): EngineOpener {
  let own = address
  let hasAnswered = false
  return async (transport, signal) => {
    const withoutCommands = () => engineWithoutCommands(transport, openAt, own, signal)
    const way: Way = { transport, openAt, ...(hasAnswered ? {} : { withoutCommands }) }
    const opened = own === undefined ? await found(way, patience, signal) : await openOwn(own, way, signal)
    own = opened.path
    hasAnswered = true
    return opened.engine
  }
}

async function found(way: Way, patience: number, signal: AbortSignal): Promise<OpenedEngine> {
  const { transport, openAt } = way
  const usual = openAt(transport, usualSocket, signal)
  // Whoever needs it waits for it; nobody may.
  const settled = usual.then(
    () => undefined,
    () => undefined,
  )
  let told: Told
  try {
    told = await toldBy(transport, settled, patience, signal)
  } catch (error) {
    closeWhenOpen(usual)
    throw await besideOthers(error, transport, signal)
  }
  if ('mute' in told) return await openMute(usual, told.mute, way, signal)
  const { named } = told
  if (named === undefined) return await openUsual(() => usual, way, signal)
  const isUsual = named.socketPath === usualSocket
  if (!isUsual) closeWhenOpen(usual)
  const first: OpenAt = (there, path, its) => (isUsual ? usual : openAt(there, path, its))
  return await openOwn(named.socketPath, { ...way, openAt: first, named }, signal)
}

function closeWhenOpen(opening: Promise<Engine>): void {
  opening.then(
    (engine) => {
      engine.close()
    },
    () => undefined,
  )
}

async function toldBy(
  transport: Transport,
  usual: Promise<void>,
  patience: number,
  signal: AbortSignal,
): Promise<Told> {
  const enough = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  // Not from the beginning: the host may have to be connected first, which has limits of its own.
  void usual.then(() => {
    if (isOver) return
    timer = setTimeout(() => {
      enough.abort()
    }, patience)
  })
  try {
    return { named: await socketNamedThere(transport, AbortSignal.any([signal, enough.signal])) }
  } catch (error) {
    if (enough.signal.aborted && !signal.aborted) return { mute: silent(patience) }
    if (isFailure(error, 'command-failed')) return { mute: error }
    throw error
  } finally {
    isOver = true
    clearTimeout(timer)
  }
}

function silent(milliseconds: number): FailureError {
  return failed(
    'command-failed',
    `Finding out which engine the host names failed: the host said nothing within ${String(milliseconds / 1000)} seconds.`,
  )
}

/** Where another machine's engine is named, those of the host itself are told. */
async function besideOthers(error: unknown, transport: Transport, signal: AbortSignal): Promise<unknown> {
  if (!isFailure(error, 'unsupported-address') && !isFailure(error, 'not-found')) return error
  return withOthers(error, undefined, (await hostSockets(transport, [], signal)) ?? [])
}

/** The engine of a host that runs no commands for this login. */
async function openMute(
  usual: Promise<Engine>,
  mute: FailureError,
  { transport, openAt }: Way,
  signal: AbortSignal,
): Promise<OpenedEngine> {
  // Where the only command leads to an engine, that is the one that Docker's CLI would have, whatever else can be reached.
  if ((await transport.leadsToEngine?.(signal)) === true) {
    const only = await openIfThere(transport, openAt, engineOfOnlyCommand, signal)
    if (only !== undefined) {
      closeWhenOpen(usual)
      return only
    }
  }
  try {
    return { engine: await usual, path: usualSocket }
  } catch (error) {
    if (!isAbsence(error)) throw error
    const other = await engineWithoutCommands(transport, openAt, undefined, signal)
    if (other !== undefined) return other
    const { kind, message, remedy = '' } = error.failure
    throw failed(
      kind,
      `${message} ${message.includes(mute.failure.message) ? '' : `${mute.failure.message} `}Without commands only ${usualSocket} and ${podmansSocket} can be tried.`,
      `${remedy} An engine elsewhere can be named by its socket in the address: ssh://user@host/path/of/the.sock`.trim(),
    )
  }
}

/** What can be tried without a command, where the socket that is meant, or the usual one, gave no answer. */
async function engineWithoutCommands(
  transport: Transport,
  openAt: OpenAt,
  own: string | undefined,
  signal: AbortSignal,
): Promise<OpenedEngine | undefined> {
  const only = await openIfThere(transport, openAt, engineOfOnlyCommand, signal)
  if (only !== undefined || own !== undefined) return only
  return await openIfThere(transport, openAt, podmansSocket, signal)
}

/** After these no other socket of the host is to be tried. */
const endsAll: ReadonlySet<FailureKind> = new Set(['connection-lost', 'server-misbehaved', 'cancelled'])

/** Whatever else is there gave no answer of an engine, which is said by the failure of the usual socket. */
async function openIfThere(
  transport: Transport,
  openAt: OpenAt,
  path: string,
  signal: AbortSignal,
): Promise<OpenedEngine | undefined> {
  try {
    return { engine: await openAt(transport, path, signal), path }
  } catch (error) {
    if (!isFailure(error) || endsAll.has(error.failure.kind)) throw error
    return undefined
  }
}
