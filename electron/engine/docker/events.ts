import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import type { EngineEvent, PastEvents } from '../engine-events'
import { isEngines, pingPath } from '../http/http'
import { connectionFailure, unbelievable } from '../connection-failure'
import { linesOf } from '../http/lines'
import { parseAnswer, type DockerApi } from './api'

// Engine API, SystemEvents: one JSON document a line.
const event = z.object({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ ID: z.string() }),
  timeNano: z.number().nullish(),
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
  let oldest: number | undefined
  const came = (at: number | undefined) => {
    held += 1
    oldest ??= at
  }
  const time = await engineTime(api, signal)
  // This second is over by then: this machine's clock may go otherwise, and an engine waits for a time that is still to come.
  const until = Math.floor((time ?? Date.now()) / 1000) + 1
  const query = { since: '1', until: String(until) }
  const answer = await api.http.open({ path: api.path('/events'), query, timeout: 15_000 }, signal)
  const events: EngineEvent[] = []
  for await (const one of upTo(mostPast, eventsFrom(api.http.parts(answer, signal), signal, came)))
    if (one.id === containerId) events.push(one)
  const isWhole = time !== undefined && tellsItsEnd(answer)
  return {
    events,
    all: isWhole && held < heldByDocker,
    ...(isWhole && oldest !== undefined ? { since: oldest } : {}),
  }
}

/** An engine's answers tell the time in whole seconds (RFC 9110, 6.6.1); so do those of a program in between, which has a clock of its own. */
export async function engineTime(api: DockerApi, signal: AbortSignal): Promise<number | undefined> {
  const { headers } = await api.http.ask({ path: pingPath, timeout: 15_000 }, signal)
  const told = isEngines(headers) ? Date.parse(headers.date ?? '') : NaN
  return Number.isNaN(told) ? undefined : told
}

/** Whether a cut would be noticed: an answer that ends with its connection looks the same when it was cut. */
function tellsItsEnd({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined
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
    if (count > most) throw unbelievable(`The engine tells of more than ${String(most)} events of before.`)
    yield event
  }
}

/** The events in an answer, one JSON document a line; `came` hears of each, also of those that are of no container or image. */
export async function* eventsFrom(
  stream: AsyncIterable<Buffer>,
  signal: AbortSignal,
  came: (time: number | undefined) => void = () => undefined,
): AsyncGenerator<EngineEvent> {
  try {
    for await (const line of linesOf(stream, longestLine)) {
      if (line.trim() === '') continue
      const { Type: type, Action: action, Actor, timeNano } = parseAnswer(event, parseLine(line), '/events')
      const time = timeNano ? timeNano / 1e6 : undefined
      came(time)
      if (type === 'container' || type === 'image')
        yield { type, action, id: Actor.ID, ...(time === undefined ? {} : { time }) }
    }
  } catch (error) {
    if (!signal.aborted) throw connectionFailure(error, signal)
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw unbelievable('An event of the engine is not JSON.')
  }
}
