import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import type { Result } from '../../../../electron/core/base/failure'
import type { OperationInput, OperationOutput } from '../../../../electron/contract/contract'
import type { EventPayload } from '../../../../electron/contract/events'
import { call } from '../../bridge/call'
import { subscribe } from '../../bridge/events'
import { afterEvent, afterFailure, type HostConnection } from './host-connection'
import { forgetOpened, openedBefore, rememberOpened } from './opened-hosts'
import { createResource } from '../../resources/resource'

export type { HostConnection, HostDescription } from './host-connection'
export type KnownHost = OperationOutput<'hosts.list'>[number]

/** The hosts that are known and how each stands. */
export const useHosts = defineStore('hosts', () => {
  const known = createResource(() => call('hosts.list', {}))
  const connections = shallowReactive(new Map<string, HostConnection>())
  const connectedListeners = new Set<(hostId: string) => void>()
  const removedListeners = new Set<(hostId: string) => void>()
  const attempts = new Map<string, AbortController>()

  const hasSeveral = computed(() => (known.value?.length ?? 0) > 1)

  /**
   * Lists the hosts and opens this machine; others may ask for passwords, so they wait for a person. Those that were
   * open, or about to be, before the page was loaded anew are taken up again.
   */
  async function start(): Promise<void> {
    subscribe('host.changed', changed)
    subscribe('hosts.changed', () => void refresh())
    await refresh()
    const open = (known.value ?? []).filter(({ kind, hostId }) => kind === 'local' || openedBefore(hostId))
    await Promise.all(open.map((host) => connect(host.hostId)))
  }

  /** Lists the hosts anew and forgets those that are gone. */
  async function refresh(): Promise<void> {
    const before = (known.value ?? []).map(({ hostId }) => hostId)
    await known.refresh()
    for (const hostId of before) if (find(hostId) === undefined) forget(hostId)
  }

  function find(hostId: string): KnownHost | undefined {
    return known.value?.find((host) => host.hostId === hostId)
  }

  function isConnected(hostId: string): boolean {
    return connections.get(hostId)?.state === 'connected'
  }

  async function connect(hostId: string): Promise<void> {
    if (attempts.has(hostId)) return
    const attempt = new AbortController()
    attempts.set(hostId, attempt)
    rememberOpened(hostId)
    const { description } = connections.get(hostId) ?? {}
    connections.set(hostId, { state: 'connecting', ...(description === undefined ? {} : { description }) })
    const result = await call('hosts.connect', { hostId }, attempt.signal)
    if (attempts.get(hostId) !== attempt) return
    attempts.delete(hostId)
    const { silence } = connections.get(hostId) ?? {}
    if (result.ok)
      become(hostId, {
        state: 'connected',
        description: result.value,
        ...(silence === undefined ? {} : { silence }),
      })
    else become(hostId, afterFailure(connections.get(hostId), result.failure))
  }

  /** Ends an attempt or a connection; what was read from the host stays until it is removed. */
  async function disconnect(hostId: string): Promise<void> {
    const { description } = connections.get(hostId) ?? {}
    attempts.get(hostId)?.abort()
    attempts.delete(hostId)
    forgetOpened(hostId)
    become(hostId, { state: 'disconnected', ...(description === undefined ? {} : { description }) })
    const result = await call('hosts.disconnect', { hostId })
    if (!result.ok && find(hostId) !== undefined)
      become(hostId, { state: 'disconnected', failure: result.failure })
  }

  /** Keeps a host in the list and connects it; the answer comes before the connection. */
  async function add(input: OperationInput<'hosts.add'>): Promise<Result<KnownHost>> {
    const result = await call('hosts.add', input)
    if (!result.ok) return result
    await refresh()
    void connect(result.value.hostId)
    return result
  }

  async function remove(hostId: string): Promise<Result<unknown>> {
    const result = await call('hosts.remove', { hostId })
    if (result.ok) await refresh()
    return result
  }

  function changed(event: EventPayload<'host.changed'>): void {
    become(event.hostId, afterEvent(connections.get(event.hostId), event, Date.now()))
  }

  function become(hostId: string, next: HostConnection): void {
    const before = connections.get(hostId)
    const answered = before?.state === 'connected' && before.silence === undefined
    connections.set(hostId, next)
    // A page that is about to be loaded anew hears of its own calls' end; only a person's choice counts here.
    if (next.state === 'lost' && next.retryAt === undefined) forgetOpened(hostId)
    if (next.state === 'connected' && next.silence === undefined && !answered)
      for (const listener of connectedListeners) listener(hostId)
  }

  function forget(hostId: string): void {
    attempts.get(hostId)?.abort()
    attempts.delete(hostId)
    connections.delete(hostId)
    forgetOpened(hostId)
    for (const listener of removedListeners) listener(hostId)
  }

  /** Tells when a host was found or answers, at first or again; gives the function that ends it. */
  function onConnected(listener: (hostId: string) => void): () => void {
    connectedListeners.add(listener)
    return () => connectedListeners.delete(listener)
  }

  /** Tells when a host is no longer known; gives the function that ends it. */
  function onRemoved(listener: (hostId: string) => void): () => void {
    removedListeners.add(listener)
    return () => removedListeners.delete(listener)
  }

  return {
    known,
    connections,
    hasSeveral,
    start,
    find,
    isConnected,
    connect,
    disconnect,
    add,
    remove,
    onConnected,
    onRemoved,
  }
})
