import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Failure } from '../../../../electron/core/base/failure'
import { call } from '../../bridge/call'
import { subscribe } from '../../bridge/events'
import type { FileProgress } from '../content/content-save'
import { exportFileName, type ExportFormat } from './export-file'
import { copyText } from '../../bridge/copy-text'
import { useChanges, type ChangeRow } from '../changes/changes'
import { useContainers } from '../containers/containers'
import { useNavigation } from '../place/navigation'

/** One report of a listing, from the choice of its format to its end. */
export type ExportRun =
  | {
      readonly state: 'writing'
      readonly cancelling: boolean
      readonly file?: string
      readonly progress?: FileProgress
    }
  /** `at` is when it ended, in milliseconds since 1970. */
  | { readonly state: 'written'; readonly changes: number; readonly file: string; readonly at: number }
  | { readonly state: 'copied'; readonly changes: number; readonly at: number }
  /** The clipboard takes a text only shortly after a click or a key. */
  | { readonly state: 'ready'; readonly changes: number; readonly text: string; readonly at: number }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'too-long' }

/** Writes the open listing, or what is at and below a line of it, to a file or the clipboard. */
export const useExport = defineStore('export', () => {
  const changes = useChanges()
  const containers = useContainers()
  const navigation = useNavigation()
  const run = shallowRef<ExportRun>()
  const isBusy = computed(() => run.value?.state === 'writing')
  let aborter = new AbortController()

  subscribe('file.progressed', (progress) => {
    if (run.value?.state === 'writing' && run.value.file === progress.file)
      run.value = { ...run.value, progress }
  })

  async function toFile(format: ExportFormat, row?: ChangeRow): Promise<void> {
    const listingId = changes.listing?.listingId
    if (listingId === undefined || isBusy.value) return
    run.value = undefined
    const choice = await call('files.choose', { suggestedName: exportFileName(nameParts(row), format) })
    if (!choice.ok) run.value = { state: 'failed', failure: choice.failure }
    if (!choice.ok || choice.value.file === undefined) return
    const { file, overwrite } = choice.value
    const node = row === undefined ? {} : { node: row.node }
    const signal = begin(file)
    const result = await call(
      'changes.export',
      { listingId, format, toFile: file, overwrite, ...node },
      signal,
    )
    if (result.ok)
      run.value = {
        state: 'written',
        changes: result.value.changes,
        file: result.value.file ?? file,
        at: Date.now(),
      }
    else end(result.failure)
  }

  async function copy(row?: ChangeRow): Promise<void> {
    const listingId = changes.listing?.listingId
    if (listingId === undefined || isBusy.value) return
    const node = row === undefined ? {} : { node: row.node }
    const result = await call('changes.export', { listingId, format: 'markdown', ...node }, begin())
    if (!result.ok && result.failure.kind === 'too-large') run.value = { state: 'too-long' }
    else if (!result.ok) end(result.failure)
    else if (result.value.text === undefined) run.value = { state: 'too-long' }
    else {
      const { changes: count, text } = result.value
      run.value = copyText(text)
        ? { state: 'copied', changes: count, at: Date.now() }
        : { state: 'ready', changes: count, text, at: Date.now() }
    }
  }

  function nameParts(row?: ChangeRow): string[] {
    const { container } = navigation
    const name = container && containers.find(container.hostId, container.containerId)?.name
    return [name ?? '', 'changes', row?.path ?? '']
  }

  function begin(file?: string): AbortSignal {
    aborter = new AbortController()
    run.value = { state: 'writing', cancelling: false, ...(file === undefined ? {} : { file }) }
    return aborter.signal
  }

  function end(failure: Failure): void {
    run.value = failure.kind === 'cancelled' ? undefined : { state: 'failed', failure }
  }

  function cancel(): void {
    if (run.value?.state !== 'writing') return
    run.value = { ...run.value, cancelling: true }
    aborter.abort()
  }

  function dismiss(): void {
    if (!isBusy.value) run.value = undefined
  }

  watch(
    () => changes.listing?.listingId,
    () => {
      aborter.abort()
      dismiss()
    },
  )

  return { run, isBusy, toFile, copy, cancel, dismiss }
})
