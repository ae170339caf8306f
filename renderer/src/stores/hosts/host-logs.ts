import { defineStore } from 'pinia'
import type { OperationOutput } from '../../../../electron/contract/contract'
import { call } from '../../bridge/call'
import { useHosts } from './hosts'
import { createResourceMap } from '../../resources/resource-map'

export type HostLog = OperationOutput<'hosts.log'>

/** The connection logs that were looked at, by host. */
export const useHostLogs = defineStore('host-logs', () => {
  const logs = createResourceMap((hostId, signal) => call('hosts.log', { hostId }, signal))
  useHosts().onRemoved((hostId) => {
    logs.drop(hostId)
  })
  return { logs }
})
