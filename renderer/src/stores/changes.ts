import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { Failure } from '../../../electron/core/failure'
import type { OperationOutput } from '../../../electron/contract/contract'
import type { EventPayload } from '../../../electron/contract/events'
import { call } from '../bridge/call'
import { subscribe } from '../bridge/events'
import { firstView, isFiltered, longestOpenListing, rowsInput, type ChangeListView } from './change-view'
import { useNavigation } from './navigation'
import { createRowWindow, type RowWindow } from './row-window'

export type ChangeRow = OperationOutput<'changes.rows'>['rows'][number]
export type Listing = OperationOutput<'changes.open'>
export type Progress = EventPayload<'changes.progressed'>

/** The listing of the chosen container's upper layer and how it is looked at. */
export const useChanges = defineStore('changes', () => {
  const navigation = useNavigation()
  const listing = shallowRef<Listing>()
  const progress = shallowRef<Progress>()
  const failure = shallowRef<Failure>()
  const opening = shallowRef(false)
  const view = shallowRef<ChangeListView>(firstView)
  const rows = shallowRef<RowWindow<ChangeRow>>()
  const cursor = shallowRef(0)
  /** The line that is chosen; it stays while its page is fetched anew. */
  const chosen = shallowRef<ChangeRow>()
  let aborter = new AbortController()
  /** Ends what was asked for the view before. */
  let looking = new AbortController()
  /** Events can overtake the answer that names their listing. */
  let early = new Map<string, Progress>()

  subscribe('changes.progressed', (event) => {
    if (listing.value === undefined) early.set(event.listingId, event)
    else if (event.listingId === listing.value.listingId) progressed(event)
  })

  async function open(hostId: string, containerId: string): Promise<void> {
    close()
    const { signal } = aborter
    opening.value = true
    const result = await call('changes.open', { hostId, containerId }, signal)
    if (signal.aborted) {
      if (result.ok) void call('changes.close', { listingId: result.value.listingId })
      return
    }
    opening.value = false
    if (!result.ok) {
      failure.value = result.failure
      return
    }
    const { listingId } = result.value
    listing.value = result.value
    rows.value = createRowWindow((offset, limit) => loadRows(listingId, offset, limit))
    const event = early.get(listingId)
    early = new Map()
    if (event !== undefined) progressed(event)
    else void rows.value.show(0, 60)
  }

  async function loadRows(listingId: string, offset: number, limit: number) {
    const asked = view.value
    const result = await call('changes.rows', rowsInput(listingId, asked, offset, limit), looking.signal)
    const isLong = result.ok && result.value.total > longestOpenListing
    if (isLong && asked === view.value && asked.untouched && asked.open && !isFiltered(asked))
      look({ ...asked, open: false })
    return result
  }

  function progressed(event: Progress): void {
    if (event.version < (progress.value?.version ?? 0)) return
    progress.value = event
    if (event.state === 'failed') failure.value = (event.failure as Failure | undefined) ?? failure.value
    void rows.value?.invalidate()
  }

  /** Looks at the listing in another way. */
  function look(next: ChangeListView): void {
    view.value = next
    looking.abort()
    looking = new AbortController()
    void rows.value?.invalidate()
  }

  function choose(index: number): void {
    cursor.value = index
    chosen.value = rows.value?.rowAt(index)
  }

  function close(): void {
    aborter.abort()
    aborter = new AbortController()
    if (listing.value !== undefined) void call('changes.close', { listingId: listing.value.listingId })
    rows.value?.close()
    early = new Map()
    listing.value = progress.value = failure.value = rows.value = chosen.value = undefined
    opening.value = false
    cursor.value = 0
  }

  function refresh(): void {
    const { container } = navigation
    if (container !== undefined) void open(container.hostId, container.containerId)
  }

  watch(
    [() => navigation.container?.hostId, () => navigation.container?.containerId],
    ([hostId, containerId]) => {
      view.value = { ...firstView, sort: view.value.sort, descending: view.value.descending }
      if (hostId !== undefined && containerId !== undefined) void open(hostId, containerId)
      else close()
    },
    { immediate: true },
  )

  watch(
    () => rows.value?.revision,
    () => {
      const row = rows.value?.rowAt(cursor.value)
      if (row !== undefined && (chosen.value === undefined || row.node === chosen.value.node))
        chosen.value = row
    },
  )

  return { listing, progress, failure, opening, view, rows, cursor, chosen, look, choose, refresh }
})
