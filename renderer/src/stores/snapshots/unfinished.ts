import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { Failure } from '../../../../electron/core/base/failure'
import type { OperationOutput } from '../../../../electron/contract/contract'
import { call } from '../../bridge/call'
import { subscribe } from '../../bridge/events'
import { useHosts } from '../hosts/hosts'
import { createResourceMap } from '../../resources/resource-map'

export type UnfinishedSnapshot = OperationOutput<'snapshots.unfinished'>[number]

/** Milliseconds after which the engine is asked again while the outcome of one is not known. */
const lookEvery = 5_000

/** Snapshots that a crash or a lost engine cut off, until they are settled. */
export const useUnfinished = defineStore('unfinished', () => {
  const lists = createResourceMap((hostId, signal) => call('snapshots.unfinished', { hostId }, signal))
  /** What went wrong while settling one, by snapshot id. */
  const failures = shallowReactive(new Map<string, Failure>())

  /** Host ids by the id of a container whose snapshot ended with an unknown outcome, until the list tells of it. */
  const awaited = shallowReactive(new Map<string, string>())
  const timers = new Map<string, ReturnType<typeof setTimeout>>()

  /** Whether it is not known what became of a snapshot of a container, so that another one may be a second one of the same. */
  function isOpen(hostId: string, containerId: string): boolean {
    return (
      awaited.get(containerId) === hostId || openOf(hostId).some((one) => one.containerId === containerId)
    )
  }

  function openOf(hostId: string): readonly UnfinishedSnapshot[] {
    const list = lists.peek(hostId)?.value ?? []
    return list.filter(({ outcome }) => outcome === 'running' || outcome === 'unknown')
  }

  /** Looks for a snapshot of a container whose outcome is unknown, until it is known. */
  function lookFor(hostId: string, containerId: string): void {
    awaited.set(containerId, hostId)
    void refresh(hostId)
  }

  async function refresh(hostId: string): Promise<void> {
    await lists.refresh(hostId)
    const list = lists.peek(hostId)
    if (list === undefined || list.failure === undefined)
      for (const [containerId, itsHost] of awaited) if (itsHost === hostId) awaited.delete(containerId)
    clearTimeout(timers.get(hostId))
    const isUnknown = openOf(hostId).length > 0 || list?.failure !== undefined
    if (isUnknown) timers.set(hostId, setTimeout(lookAgain, lookEvery, hostId))
  }

  function lookAgain(hostId: string): void {
    // A host that is away is looked at when it is back.
    if (lists.peek(hostId) !== undefined && useHosts().isConnected(hostId)) void refresh(hostId)
  }

  function start(): void {
    useHosts().onConnected((hostId) => void refresh(hostId))
    useHosts().onRemoved(lists.drop)
    // An image that came to be may be the one that was waited for.
    subscribe('images.changed', ({ hostId }) => {
      if ((lists.peek(hostId)?.value ?? []).length > 0) void refresh(hostId)
    })
  }

  async function finish(snapshot: UnfinishedSnapshot, action: 'name' | 'forget'): Promise<void> {
    const { hostId, snapshotId } = snapshot
    const result = await call('snapshots.finish', { hostId, snapshotId, action })
    settled(snapshot, result.ok ? undefined : result.failure)
  }

  async function resume(snapshot: UnfinishedSnapshot): Promise<void> {
    const { hostId, containerId } = snapshot
    const result = await call('containers.resume', { hostId, containerId })
    settled(snapshot, result.ok ? undefined : result.failure)
  }

  function settled(snapshot: UnfinishedSnapshot, failure: Failure | undefined): void {
    if (failure === undefined) failures.delete(snapshot.snapshotId)
    else failures.set(snapshot.snapshotId, failure)
    void refresh(snapshot.hostId)
  }

  return { lists, failures, isOpen, lookFor, refresh, start, finish, resume }
})
