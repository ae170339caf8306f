import type { OperationOutput } from '../../contract/contract'
import { bytesInUpper, type ChangeWarning, type Lens } from '../../core/changes/change'
import { failed, isFailure, wholeText, type FailureError } from '../../core/base/failure'
import { sortedInSlices } from '../../core/base/sorted-in-slices'
import { whiteoutNameWarning } from '../../core/changes/whiteout'
import { changesAgainst, type ComparedSource } from '../../session/changes/changes-against'
import { containerChanges } from '../../session/changes/container-changes'
import type { ChangeSource } from '../../session/changes/change-source'
import type { HostSession } from '../../session/host/host-session'
import { inSlices } from '../../session/base/in-slices'
import { upperNews } from '../../session/changes/written-since'
import { changeValue, warningValue } from '../values/change-values'
import { sessionOf, type Context } from '../context/context'
import type { Handler } from '../context/handler'
import { Listing } from '../listings/listing'
import { lookedAt, type Details } from '../listings/listing-source'
import { unwaited } from '../../core/base/unwaited'

export const listChanges: Handler<'changes.list'> = async (
  context,
  { hostId, containerId, lens },
  signal,
) => {
  const session = await sessionOf(context, hostId, signal)
  const container = await (await session.engine(signal)).container(containerId, signal)
  const source = await containerChanges(session, container, lens, signal)
  try {
    return await wholeList(context, source, signal)
  } catch (error) {
    // A tool of the host may complain only when it has said nearly all.
    if (source.otherwise === undefined || !isFailure(error, 'command-failed')) throw error
    return await wholeList(context, await source.otherwise(wholeText(error.failure)), signal)
  }
}

async function wholeList(
  context: Context,
  source: ChangeSource,
  signal: AbortSignal,
): Promise<OperationOutput<'changes.list'>> {
  const changes: OperationOutput<'changes.list'>['changes'] = []
  let characters = 0
  try {
    const totals = { added: 0, modified: 0, deleted: 0, bytes: 0 }
    const warnings: ChangeWarning[] = []
    // Values are made while the host is still reading, so that they cost no time of their own.
    for await (const batch of source.batches) {
      for (const change of batch) {
        const value = changeValue(change)
        changes.push(value)
        characters += value.path.length
        if (source.isRuntime(change)) {
          value.runtime = true
          continue
        }
        totals[change.kind] += 1
        totals.bytes += bytesInUpper(change)
        const warning = change.kind === 'deleted' ? undefined : whiteoutNameWarning(change.path)
        if (warning !== undefined) warnings.push(warning)
      }
      if (changes.length > mostListed.values || characters > mostListed.characters) throw tooMany()
    }
    return {
      lens: source.lens,
      ...(source.reason === undefined ? {} : { reason: source.reason }),
      totals,
      warnings: warnings.map(warningValue),
      changes: await inSlices(sortedByPath(changes), signal),
    }
  } finally {
    // Whoever asked has the list by then, and drops it.
    context.memory.gaveUp(changes.length)
  }
}

/** Values of one answer, and characters of their paths: with more, V8's heap may end, and with it everything. */
const mostListed = { values: 3_000_000, characters: 600_000_000 } as const

function tooMany(): FailureError {
  return failed(
    'too-large',
    `More than ${mostListed.values.toLocaleString('en')} paths are changed, or their names are too long for one answer.`,
    'Open them as a listing and write that to a file.',
  )
}

/** Values that are moved between two points where other work may go first. */
const moved = 16_384

/** By the code units of their text. */
function* sortedByPath<Value extends { readonly path: string }>(
  values: readonly Value[],
): Generator<void, Value[]> {
  const order = new Int32Array(values.length)
  for (let at = 0; at < order.length; at += 1) order[at] = at
  const pathAt = (at: number) => values[at]?.path ?? ''
  const sorted = yield* sortedInSlices(order, (a, b) =>
    pathAt(a) < pathAt(b) ? -1 : pathAt(a) > pathAt(b) ? 1 : 0,
  )
  const result: Value[] = []
  for (const [index, at] of sorted.entries()) {
    if (index % moved === 0) yield
    result.push(values[at] as Value)
  }
  return result
}

/** How a listing's looks begin, the first one and all that follow: against the container's own image, or another one. */
function beginLook(image: string | undefined) {
  return async (
    session: HostSession,
    container: Details,
    lens: Lens | undefined,
    signal: AbortSignal,
  ): Promise<ChangeSource & Partial<Pick<ComparedSource, 'against'>>> =>
    image === undefined
      ? await containerChanges(session, container, lens, signal)
      : await changesAgainst(session, container, image, lens, signal)
}

export const openChanges: Handler<'changes.open'> = async (context, input, signal) => {
  const openedAt = performance.now()
  const session = await sessionOf(context, input.hostId, signal)
  const container = await (await session.engine(signal)).container(input.containerId, signal)
  const stopping = new AbortController()
  // Until the listing is open, cancelling the call ends it; afterwards only `changes.close` does.
  const cancel = () => {
    stopping.abort()
  }
  signal.addEventListener('abort', cancel)
  try {
    const source = await beginLook(input.against)(session, container, input.lens, stopping.signal)
    const { lens, reason, against } = source
    const place = { hostId: session.hostId, containerId: container.id, lens: input.lens }
    const listing = new Listing({
      // A reference may name another image later; what was compared with is compared with again.
      subject: lookedAt(() => context.hosts.openedSession(session.hostId), place, beginLook(against?.id)),
      title: { container: container.name, image: against?.references[0] ?? against?.id ?? container.image },
      first: source,
      ...{ stopping, openedAt, emit: context.emit },
      report: (event, failure, facts) => {
        context.logEntries.addBackgroundFailure(event, session.hostId, failure, { lens, ...facts })
      },
      ...(input.live === true && {
        live: {
          isRunning: container.state === 'running',
          since: () => liveSince(session, container, openedAt, stopping.signal),
        },
      }),
    })
    context.listings.add(listing)
    // The caller learns the listing's id before its first event.
    setImmediate(() => {
      unwaited(listing.read(), (error) => {
        context.log.error('background.failed', error)
      })
    })
    return {
      listingId: listing.id,
      lens,
      ...(reason === undefined ? {} : { reason }),
      ...(against === undefined ? {} : { against: { ...against, references: [...against.references] } }),
    }
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

export const refreshChanges: Handler<'changes.refresh'> = async (context, { listingId }, signal) => {
  await context.listings.get(listingId).refresh(signal)
  return {}
}

export const restChanges: Handler<'changes.rest'> = (context, { listingId, resting }) => {
  context.listings.get(listingId).rest(resting)
  return Promise.resolve({ resting })
}

export const seeChanges: Handler<'changes.seen'> = (context, { listingId }) => {
  context.listings.get(listingId).seen()
  return Promise.resolve({ seen: true })
}

export const closeChanges: Handler<'changes.close'> = (context, { listingId }) => {
  const closed = context.listings.close(listingId)
  if (closed !== undefined) context.lostWalks.forget(closed)
  return Promise.resolve({ closed: closed !== undefined })
}

/** The host's time at a moment of this process (`performance.now()`), or a little earlier. 0 where the host lens does not work. */
async function liveSince(
  session: HostSession,
  container: Details,
  moment: number,
  signal: AbortSignal,
): Promise<number> {
  try {
    const { asOf } = await upperNews(session, container, 0, signal)
    return asOf - (performance.now() - moment) / 1000
  } catch (error) {
    // Whether and why the lens does not work is for the look itself to say.
    if (!isFailure(error)) throw error
    return 0
  }
}
