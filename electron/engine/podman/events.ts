import type { DockerApi } from '../docker/api'
import { eventsFrom, mostPast, upTo } from '../docker/events'
import type { EngineEvent, PastEvents } from '../engine-events'

/** Podman's words (libpod/events/config.go) for what Docker calls by another name; older versions tell them by Docker's API too. */
const dockersWords: Readonly<Record<EngineEvent['type'], ReadonlyMap<string, string>>> = {
  container: new Map([
    ['died', 'die'],
    ['remove', 'destroy'],
    ['exec', 'exec_start'],
    ['exec_died', 'exec_die'],
  ]),
  image: new Map([
    ['remove', 'delete'],
    ['loadfromarchive', 'load'],
  ]),
}

/** Events in Docker's words, so that they mean the same to who listens. */
export async function* inDockersWords(events: AsyncIterable<EngineEvent>): AsyncGenerator<EngineEvent> {
  for await (const event of events) {
    yield { ...event, action: dockersWords[event.type].get(event.action) ?? event.action }
  }
}

/**
 * Podman's log of one container's events, which outlasts the service. Read to its end without `since` and `until`: with fractions of
 * a second in them 4.3 and 5.4 give nothing (measured), and without `stream=false` they wait for what is to come.
 */
export async function rememberedEvents(
  api: DockerApi,
  containerId: string,
  signal: AbortSignal,
): Promise<PastEvents> {
  const query = {
    filters: JSON.stringify({ type: ['container'], container: [containerId] }),
    stream: 'false',
  }
  const answer = await api.http.open({ path: api.path('/events'), query, timeout: 15_000 }, signal)
  const events: EngineEvent[] = []
  const stream = upTo(mostPast, eventsFrom(api.http.parts(answer, signal), signal))
  for await (const one of inDockersWords(stream)) events.push(one)
  // Older ones may have been dropped, or nothing written down at all (containers.conf(5), events_logger).
  return { events, all: false }
}
