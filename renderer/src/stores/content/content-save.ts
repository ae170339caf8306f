import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Failure } from '../../../../electron/core/base/failure'
import { call } from '../../bridge/call'
import { subscribe } from '../../bridge/events'
import type { EventPayload } from '../../../../electron/contract/events'
import { pathInput, type ContentSubject, type Side } from './content-subject'
import { suggestedFileName } from './suggested-file-name'

export type FileProgress = EventPayload<'file.progressed'>

/** One version of a path that is written to this machine, from the question where to its end. */
export type ContentSaving =
  | { readonly state: 'running'; readonly file: string; readonly progress?: FileProgress }
  /** `at` is when it ended, in milliseconds since 1970. */
  | { readonly state: 'saved'; readonly file: string; readonly bytes: number; readonly at: number }
  | { readonly state: 'failed'; readonly failure: Failure; readonly again: () => Promise<void> }

export const useContentSave = defineStore('content-save', () => {
  /** How the last one stands; nothing while none is under way or told of. */
  const saving = shallowRef<ContentSaving>()
  let aborter = new AbortController()
  let isAsking = false

  subscribe('file.progressed', (progress) => {
    if (saving.value?.state === 'running' && saving.value.file === progress.file)
      saving.value = { ...saving.value, progress }
  })

  /** Asks where to, then saves. One at a time. */
  async function save(subject: ContentSubject, side: Side, isDirectory: boolean): Promise<void> {
    if (isAsking || saving.value?.state === 'running') return
    isAsking = true
    saving.value = undefined
    const again = () => save(subject, side, isDirectory)
    const suggestedName = suggestedFileName(subject.row.path, isDirectory)
    const chosen = await call('files.choose', { suggestedName })
    isAsking = false
    if (!chosen.ok) saving.value = { state: 'failed', failure: chosen.failure, again }
    if (!chosen.ok || chosen.value.file === undefined) return
    const { file: toFile, overwrite } = chosen.value
    aborter = new AbortController()
    saving.value = { state: 'running', file: toFile }
    const input = { ...pathInput(subject), side, toFile, overwrite }
    const result = await call('content.save', input, aborter.signal)
    if (result.ok)
      saving.value = { state: 'saved', file: result.value.file, bytes: result.value.bytes, at: Date.now() }
    else if (result.failure.kind === 'cancelled') saving.value = undefined
    else saving.value = { state: 'failed', failure: result.failure, again }
  }

  function cancel(): void {
    aborter.abort()
  }

  function dismiss(): void {
    if (saving.value?.state !== 'running') saving.value = undefined
  }

  return { saving, save, cancel, dismiss }
})
