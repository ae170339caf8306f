import { z } from 'zod'
import { failed } from '../../core/failure'
import type { EngineEvent, PastEvents } from '../engine'
import { connectionFailure } from '../http'
import { linesOf } from '../lines'
import { parseAnswer, type DockerApi } from './api'

// Engine API, SystemEvents: one JSON document a line.
const event = z.object({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ ID: z.string() }),
})

/** A line that is longer than any event can be, in characters. */
const longestLine = 1024 * 1024

/** Begins to follow the engine; when this resolves, nothing that happens later is missed. */
export async function followEvents(
  api: DockerApi,
  { containerId }: { containerId?: string },
  signal: AbortSignal,
): Promise<AsyncIterable<EngineEvent>> {
  const filters = {
    type: ['container', 'image'],
    ...(containerId === undefined ? {} : { type: ['container'], container: [containerId] }),
  }
  const query = { filters: JSON.stringify(filters) }
  const answer = await api.http.open({ path: api.path('/events'), query, timeout: 15_000 }, signal)
  return eventsFrom(answer, signal)
}

/** moby, daemon/events: so many events of whatever kind are held in memory. */
const heldByDocker = 256

/** The events of one container that Docker still holds in memory; all are asked for, since their number tells whether some are gone. */
export async function heldEvents(
  api: DockerApi,
  containerId: string,
  signal: AbortSignal,
): Promise<PastEvents> {
  let held = 0
  // With its fraction: by whole seconds, what happened in the current one would be left out.
  const query = { since: '1', until: (Date.now() / 1000).toFixed(3) }
  const answer = await api.http.open({ path: api.path('/events'), query, timeout: 15_000 }, signal)
  const events: EngineEvent[] = []
  const stream = upTo(
    mostPast,
    eventsFrom(api.http.parts(answer, signal), signal, () => (held += 1)),
  )
  for await (const one of stream) if (one.id === containerId) events.push(one)
  return { events, all: held < heldByDocker }
}

/** Events of before; Podman keeps a log that grows. */
export const mostPast = 100_000

/**
 * Events up to a number.
 * @throws FailureError `engine-answer-invalid` where there are more
 */
export async function* upTo(most: number, events: AsyncIterable<EngineEvent>): AsyncGenerator<EngineEvent> {
  let count = 0
  for await (const event of events) {
    count += 1
    if (count > most)
      throw failed('engine-answer-invalid', `The engine tells of more than ${String(most)} events of before.`)
    yield event
  }
}

/** The events in an answer, one JSON document a line; `came` hears of each, also of those that are of no container or image. */
export async function* eventsFrom(
  stream: AsyncIterable<Buffer>,
  signal: AbortSignal,
  came: () => void = () => undefined,
): AsyncGenerator<EngineEvent> {
  try {
    for await (const line of linesOf(stream, longestLine)) {
      if (line.trim() === '') continue
      came()
      const parsed = parseAnswer(event, parseLine(line), '/events')
      if (parsed.Type === 'container' || parsed.Type === 'image') {
        yield { type: parsed.Type, action: parsed.Action, id: parsed.Actor.ID }
      }
    }
  } catch (error) {
    if (!signal.aborted) throw connectionFailure(error, signal)
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw failed('engine-answer-invalid', 'An event of the engine is not JSON.')
  }
}
