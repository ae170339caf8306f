import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { Failure, FailureKind } from '../../../electron/core/failure'
import type { OperationOutput } from '../../../electron/contract/contract'
import type { EventPayload } from '../../../electron/contract/events'
import { call } from '../bridge/call'
import { subscribe } from '../bridge/events'
import { firstView, isFiltered, longestOpenListing, rowsInput, type ChangeListView } from './change-view'
import { indexAfterRefresh } from './follow-row'
import { useNavigation } from './navigation'
import { createRowWindow, type RowWindow } from './row-window'

export type ChangeRow = OperationOutput<'changes.rows'>['rows'][number]
export type Listing = OperationOutput<'changes.open'>
export type Progress = EventPayload<'changes.progressed'>

/** Failures of a refresh after which the listing cannot go on: the process or the container behind it is another one. */
const needsNewListing: ReadonlySet<FailureKind> = new Set(['listing-closed', 'not-found', 'internal'])

/** The listing of the chosen container's upper layer and how it is looked at. */
export const useChanges = defineStore('changes', () => {
  const navigation = useNavigation()
  const listing = shallowRef<Listing>()
  const progress = shallowRef<Progress>()
  const failure = shallowRef<Failure>()
  const opening = shallowRef(false)
  const refreshing = shallowRef(false)
  /** The image that the container is compared with, where it is not its own. */
  const against = shallowRef<string>()
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
    const image = against.value
    const asked = { hostId, containerId, live: true, ...(image !== undefined && { against: image }) }
    const result = await call('changes.open', asked, signal)
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
    const before = progress.value?.version ?? -1
    if (event.version < before) return
    progress.value = event
    if (event.state === 'failed') failure.value = (event.failure as Failure | undefined) ?? failure.value
    // What only tells the next look changes no line.
    if (event.version > before) void renew()
  }

  /** Reads the lines anew and keeps the cursor on its line; where that is gone, `instead` says where the cursor goes. */
  async function renew(instead: 'here' | 'first' = 'here'): Promise<void> {
    const current = rows.value
    const totalBefore = current?.total
    await current?.invalidate()
    const wanted = chosen.value
    const from = cursor.value
    if (current?.total === undefined || current.failure !== undefined || wanted === undefined) return
    // While rows still come in, the chosen one may come too.
    if (progress.value?.state === 'reading' && instead === 'here') return
    const grown = current.total - (totalBefore ?? current.total)
    const found = await indexAfterRefresh(current, from, grown, (row) => row.node === wanted.node)
    if (rows.value !== current || chosen.value?.node !== wanted.node || cursor.value !== from) return
    choose(found ?? (instead === 'first' ? 0 : Math.max(0, Math.min(from, current.total - 1))))
  }

  /** Looks at the listing in another way. */
  function look(next: ChangeListView): void {
    view.value = next
    looking.abort()
    looking = new AbortController()
    void renew('first')
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
    opening.value = refreshing.value = false
    cursor.value = 0
  }

  function openAnew(): void {
    const { container } = navigation
    if (container !== undefined) void open(container.hostId, container.containerId)
  }

  /** Looks at the container again; what is open and chosen stays, unless only a new listing can tell. */
  async function refresh(): Promise<void> {
    const listingId = listing.value?.listingId
    if (listingId === undefined || progress.value?.state === 'failed') {
      openAnew()
      return
    }
    const { signal } = aborter
    refreshing.value = true
    const result = await call('changes.refresh', { listingId }, signal)
    if (signal.aborted) return
    refreshing.value = false
    if (result.ok) failure.value = undefined
    else if (needsNewListing.has(result.failure.kind)) openAnew()
    else failure.value = result.failure
  }

  /** Takes the marks off what changed since the listing was last looked at. */
  async function markSeen(): Promise<void> {
    const listingId = listing.value?.listingId
    if (listingId === undefined) return
    await call('changes.seen', { listingId }, aborter.signal)
  }

  /** Compares the container with this image, or with its own again. */
  function compareWith(image: string | undefined): void {
    if (image === against.value) return
    against.value = image
    view.value = { ...view.value, open: true, toggled: [], untouched: true, since: 'image' }
    openAnew()
  }

  watch(
    [() => navigation.container?.hostId, () => navigation.container?.containerId],
    ([hostId, containerId]) => {
      const { sort, descending, runtime } = view.value
      view.value = { ...firstView, sort, descending, runtime }
      against.value = undefined
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

  return {
    listing,
    progress,
    failure,
    opening,
    refreshing,
    against,
    view,
    rows,
    cursor,
    chosen,
    look,
    choose,
    refresh,
    markSeen,
    compareWith,
  }
})
