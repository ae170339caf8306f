import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { Failure } from '../../../electron/core/failure'
import type { OperationOutput } from '../../../electron/contract/contract'
import type { EventPayload } from '../../../electron/contract/events'
import { call } from '../bridge/call'
import { subscribe } from '../bridge/events'
import { createResource } from './resource'

export type HostDescription = OperationOutput<'hosts.describe'>
export type KnownHost = OperationOutput<'hosts.list'>[number]

export interface HostConnection {
  readonly state: 'connecting' | 'connected' | 'lost'
  /** Stays while the host is lost: what it was when it was last seen. */
  readonly description?: HostDescription
  readonly failure?: Failure
  /** Milliseconds since 1970 of the next attempt, while lost. */
  readonly retryAt?: number
}

/** The hosts that are known and how each stands. */
export const useHosts = defineStore('hosts', () => {
  const known = createResource(() => call('hosts.list', {}))
  const connections = shallowReactive(new Map<string, HostConnection>())
  const connectedListeners = new Set<(hostId: string) => void>()

  /** Lists the hosts and opens each; its events follow until the window closes. */
  async function start(): Promise<void> {
    subscribe('host.changed', changed)
    await known.refresh()
    await Promise.all((known.value ?? []).map((host) => connect(host.hostId)))
  }

  async function connect(hostId: string): Promise<void> {
    const before = connections.get(hostId)
    connections.set(hostId, { ...kept(before), state: 'connecting' })
    const result = await call('hosts.connect', { hostId })
    if (result.ok) become(hostId, { state: 'connected', description: result.value })
    else become(hostId, { ...connections.get(hostId), state: 'lost', failure: result.failure })
  }

  function changed(event: EventPayload<'host.changed'>): void {
    const before = connections.get(event.hostId)
    const description = event.description ?? before?.description
    become(event.hostId, {
      state: event.state,
      ...(description === undefined ? {} : { description }),
      ...(event.failure === undefined ? {} : { failure: event.failure as Failure }),
      ...(event.retryIn === undefined ? {} : { retryAt: Date.now() + event.retryIn }),
    })
  }

  function become(hostId: string, next: HostConnection): void {
    const wasConnected = connections.get(hostId)?.state === 'connected'
    connections.set(hostId, next)
    if (next.state === 'connected' && !wasConnected)
      for (const listener of connectedListeners) listener(hostId)
  }

  /** Tells when a host was found, at first or again; gives the function that ends it. */
  function onConnected(listener: (hostId: string) => void): () => void {
    connectedListeners.add(listener)
    return () => connectedListeners.delete(listener)
  }

  return { known, connections, start, connect, onConnected }
})

function kept(before: HostConnection | undefined): Partial<HostConnection> {
  return before?.description === undefined ? {} : { description: before.description }
}
