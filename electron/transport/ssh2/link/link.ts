import type { Client } from 'ssh2'
import type { FailureError } from '../../../core/base/failure'
import { connectHop } from './hop-client'
import type { HopClient, HopQuestions } from './hop-connection'
import { FairLine } from '../flow/fair-line'
import { keepForNewKeys } from '../flow/new-keys'
import { wishesFor, type HopSettings, type ResolvedHost } from '../../ssh-config/hop-settings'
import { expectedHostKey } from '../host-keys/host-key-check'
import { openHopSocket } from './hop-socket'
import { checkAlgorithms } from '../algorithms/negotiation'

/** A chain of hops that is up; its last one is the host. */
export interface Link {
  readonly client: Client
  /** Shares the connection to the host among its channels. */
  readonly line: FairLine
  /** Why the link is lost, from the moment on when it is. */
  loss(): FailureError | undefined
  /** Milliseconds since the host said anything. */
  silence(): number
  /** Settles when it is lost or closed. */
  readonly gone: Promise<FailureError>
  /** Bytes that came from the host so far. */
  received(): number
  close(): void
}

/**
 * Bounds of `ServerAliveInterval`, so that a lost link shows within 20 seconds. Answers are provoked so often that after
 * the machine's sleep one can still come while there is patience.
 */
const shortestSilence = 2_000
const longestSilence = 5_000
const patience = 10_000

/**
 * Connects hop by hop, each through the one before, each with its own user, keys and host key check.
 * @throws FailureError as `Transport.open` does
 */
export async function openLink({ hops }: ResolvedHost, questions: HopQuestions): Promise<Link> {
  const clients: OpenHop[] = []
  const closeAll = () => {
    for (const { close } of [...clients].reverse()) close()
  }
  try {
    for (const hop of hops) clients.push(await openHop(hop, clients.at(-1)?.client, questions))
  } catch (error) {
    closeAll()
    throw error
  }
  const last = clients.at(-1)
  if (last === undefined) throw new RangeError('a host has at least one hop')
  const gone = Promise.race(clients.map((one) => one.gone)).then((reason) => {
    questions.log.add(`The link is gone: ${reason.message}`)
    closeAll()
    return reason
  })
  const loss = () => clients.map((one) => one.loss()).find((reason) => reason !== undefined)
  const { client, received, silence } = last
  return { client, line: new FairLine(client), gone, loss, silence, received, close: closeAll }
}

/** `silence` as of a link. */
type OpenHop = HopClient & Pick<Link, 'silence'>

async function openHop(
  hop: HopSettings,
  through: Client | undefined,
  questions: HopQuestions,
): Promise<OpenHop> {
  const { log, signal } = questions
  checkAlgorithms(wishesFor(hop))
  const way =
    hop.proxyCommand === undefined
      ? through === undefined
        ? 'directly'
        : 'through the hop before'
      : 'by ProxyCommand'
  log.add(`Connecting to ${hop.hostName} port ${String(hop.port)} as ${hop.user} ${way}`)
  // Before there is a socket: what happens to that must be heard from its first moment on.
  const expected = await expectedHostKey(hop, questions)
  const began = performance.now()
  const socket = await openHopSocket(hop, through, log, signal)
  log.add(`Socket open after ${(performance.now() - began).toFixed(0)} ms`)
  const provokeAfter = Math.min(Math.max(hop.serverAliveInterval, shortestSilence), longestSilence)
  const client = await connectHop(hop, expected, socket, { provokeAfter, patience }, questions)
  keepForNewKeys(client.client)
  let heardAt = performance.now()
  socket.on('data', () => (heardAt = performance.now()))
  return { ...client, silence: () => performance.now() - heardAt }
}
