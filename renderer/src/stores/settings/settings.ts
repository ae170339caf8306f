import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { firstSettings } from '../../../../electron/core/settings/first-settings'
import type { OperationInput, OperationOutput } from '../../../../electron/contract/contract'
import { call } from '../../bridge/call'

export type Settings = OperationOutput<'settings.get'>

const initial: Settings = firstSettings

/** What this person chose; a change shows at once and is kept by the main process. */
export const useSettings = defineStore('settings', () => {
  const chosen = shallowRef<Settings>(initial)

  async function load(): Promise<void> {
    const result = await call('settings.get', {})
    if (result.ok) chosen.value = result.value
  }

  async function change(part: OperationInput<'settings.set'>): Promise<void> {
    chosen.value = { ...chosen.value, ...withoutUndefined(part) }
    // What cannot be kept holds for this process, and is said (`storage.noticed`).
    await call('settings.set', part)
  }

  return { chosen, load, change }
})

function withoutUndefined(part: OperationInput<'settings.set'>): Partial<Settings> {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined))
}
