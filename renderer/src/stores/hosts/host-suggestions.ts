import { defineStore } from 'pinia'
import type { OperationOutput } from '../../../../electron/contract/contract'
import { call } from '../../bridge/call'
import { createResource } from '../../resources/resource'

export type HostSuggestion = OperationOutput<'hosts.suggest'>['suggestions'][number]

/** Hosts that other tools on this machine know already. */
export const useHostSuggestions = defineStore('host-suggestions', () => {
  const list = createResource((signal) => call('hosts.suggest', {}, signal))
  return { list }
})
