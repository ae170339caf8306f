import type { DockerApi } from '../docker/api'
import { eventsFrom } from '../docker/events'
import type { EngineEvent } from '../engine'

/**
 * Podman's log of one container's events, which outlasts the service. Read from its end without `since` and `until`: with fractions of
 * a second in them 4.3 and 5.4 give nothing (measured), and without `stream=false` they wait for what is to come.
 */
export async function rememberedEvents(
  api: DockerApi,
  containerId: string,
  signal: AbortSignal,
): Promise<EngineEvent[]> {
  const query = {
    filters: JSON.stringify({ type: ['container'], container: [containerId] }),
    stream: 'false',
  }
  const answer = await api.http.open({ path: api.path('/events'), query, timeout: 15_000 }, signal)
  const events: EngineEvent[] = []
  for await (const one of eventsFrom(answer, signal)) events.push(one)
  return events
}
