import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { Failure } from '../../../electron/core/failure'
import type { OperationOutput } from '../../../electron/contract/contract'
import { call } from '../bridge/call'
import { subscribe } from '../bridge/events'
import { useHosts } from './hosts'
import { createResourceMap } from './resource-map'

export type UnfinishedSnapshot = OperationOutput<'snapshots.unfinished'>[number]

/** Snapshots that a crash or a lost engine cut off, until they are settled. */
export const useUnfinished = defineStore('unfinished', () => {
  const lists = createResourceMap((hostId, signal) => call('snapshots.unfinished', { hostId }, signal))
  /** What went wrong while settling one, by snapshot id. */
  const failures = shallowReactive(new Map<string, Failure>())

  function start(): void {
    useHosts().onConnected((hostId) => void lists.refresh(hostId))
    useHosts().onRemoved(lists.drop)
    // An image that came to be may be the one that was waited for.
    subscribe('images.changed', ({ hostId }) => {
      if ((lists.peek(hostId)?.value ?? []).length > 0) void lists.refresh(hostId)
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
    void lists.refresh(snapshot.hostId)
  }

  return { lists, failures, start, finish, resume }
})
