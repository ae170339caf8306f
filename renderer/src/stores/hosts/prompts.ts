import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { OperationInput } from '../../../../electron/contract/contract'
import type { EventPayload } from '../../../../electron/contract/events'
import { call } from '../../bridge/call'
import { subscribe } from '../../bridge/events'

export type PendingPrompt = EventPayload<'prompt.asked'>

/** Questions that hosts wait for. Answers only pass through: nothing that is typed is kept here. */
export const usePrompts = defineStore('prompts', () => {
  const pending = shallowRef<readonly PendingPrompt[]>([])
  /** Those that were closed while the list of them was on its way. */
  const closed = new Set<string>()

  /** The one to show; the others wait behind it. */
  const current = computed(() => pending.value[0])

  async function start(): Promise<void> {
    subscribe('prompt.asked', (prompt) => {
      take([prompt])
    })
    subscribe('prompt.closed', ({ promptId }) => {
      drop(promptId)
    })
    await look()
  }

  async function look(): Promise<void> {
    const result = await call('prompts.list', {})
    if (result.ok) take(result.value)
  }

  function take(prompts: readonly PendingPrompt[]): void {
    const known = new Set(pending.value.map(({ promptId }) => promptId))
    const fresh = prompts.filter(({ promptId }) => !known.has(promptId) && !closed.has(promptId))
    if (fresh.length > 0) pending.value = [...pending.value, ...fresh]
  }

  function drop(promptId: string): void {
    closed.add(promptId)
    pending.value = pending.value.filter((prompt) => prompt.promptId !== promptId)
  }

  /** Sends the values on; for a host key none are needed. A question that nobody waits for any more just goes. */
  async function answer(promptId: string, values: readonly string[], remember = false): Promise<void> {
    await send({ promptId, values: [...values], ...(remember && { remember }) })
  }

  async function decline(promptId: string): Promise<void> {
    await send({ promptId })
  }

  async function send(input: OperationInput<'prompts.answer'>): Promise<void> {
    drop(input.promptId)
    const result = await call('prompts.answer', input)
    if (result.ok) return
    // An answer that was not taken is asked for again, as long as somebody waits for it.
    closed.delete(input.promptId)
    await look()
  }

  return { pending, current, start, answer, decline }
})
