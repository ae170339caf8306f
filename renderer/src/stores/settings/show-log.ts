import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { OperationOutput } from '../../../../electron/contract/contract'
import { call } from '../../bridge/call'

/** Shows the log in its folder, in the system's own window for files. */
export const useShownLog = defineStore('shownLog', () => {
  /** Where the log is, when it could not be shown or cannot be written, until a person has read it. */
  const trouble = shallowRef<OperationOutput<'log.show'>>()

  async function show(): Promise<void> {
    const result = await call('log.show', {})
    const isTrouble = result.ok && (!result.value.shown || result.value.problem !== undefined)
    trouble.value = isTrouble ? result.value : undefined
  }

  function dismiss(): void {
    trouble.value = undefined
  }

  return { trouble, show, dismiss }
})
