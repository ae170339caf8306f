import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { OperationOutput } from '../../../../electron/contract/contract'
import { call } from '../../bridge/call'
import { subscribe } from '../../bridge/events'

export type StorageNotice = OperationOutput<'storage.notices'>[number]

/** What was found wrong with the files in which Lamina keeps what is its own, until a person has read it. */
export const useStorageNotices = defineStore('storageNotices', () => {
  const shown = shallowRef<readonly StorageNotice[]>([])
  const dismissed = new Set<string>()

  async function start(): Promise<void> {
    subscribe('storage.noticed', (notice) => {
      take([notice])
    })
    const result = await call('storage.notices', {})
    if (result.ok) take(result.value)
  }

  /** The event and the answer may tell the same. */
  function take(notices: readonly StorageNotice[]): void {
    const known = new Set([...shown.value.map(keyOf), ...dismissed])
    const fresh = notices.filter((notice) => !known.has(keyOf(notice)))
    if (fresh.length > 0) shown.value = [...shown.value, ...fresh]
  }

  function dismiss(notice: StorageNotice): void {
    dismissed.add(keyOf(notice))
    shown.value = shown.value.filter((one) => one !== notice)
  }

  return { shown, start, dismiss }
})

function keyOf({ file, problem, movedTo, count }: StorageNotice): string {
  return JSON.stringify([file, problem, movedTo, count])
}
