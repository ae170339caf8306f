import { defineStore } from 'pinia'
import type { OperationOutput } from '../../../../electron/contract/contract'
import { call } from '../../bridge/call'
import { subscribe } from '../../bridge/events'
import { useHosts } from '../hosts/hosts'
import { createResourceMap } from '../../resources/resource-map'

export type Container = OperationOutput<'containers.list'>[number]
export type ContainerDetails = OperationOutput<'containers.inspect'>

/** Whether a container has processes, frozen ones too. */
export function isUp(container: Container): boolean {
  return ['running', 'paused', 'restarting'].includes(container.state)
}

/** The containers of each host, kept current by the engine's events. */
export const useContainers = defineStore('containers', () => {
  const lists = createResourceMap((hostId, signal) => call('containers.list', { hostId, all: true }, signal))

  function start(): void {
    subscribe('containers.changed', ({ hostId }) => void lists.refresh(hostId))
    useHosts().onConnected((hostId) => void lists.refresh(hostId))
    useHosts().onRemoved(lists.drop)
  }

  function find(hostId: string, id: string): Container | undefined {
    return lists.peek(hostId)?.value?.find((container) => container.id === id)
  }

  return { lists, start, find }
})
