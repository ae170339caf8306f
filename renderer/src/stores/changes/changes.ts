import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { Failure } from '../../../../electron/core/base/failure'
import { call } from '../../bridge/call'
import { subscribe } from '../../bridge/events'
import { firstView, isFiltered, longestOpenListing, rowsInput, type ChangeListView } from './change-view'
import { indexAfterRefresh } from '../../resources/follow-row'
import { useHosts } from '../hosts/hosts'
import { createKeptLooks, indexOfKept, keptLine, type KeptLine, type KeptLook } from './kept-look'
import { createLeftListings } from './left-listings'
import { useNavigation } from '../place/navigation'
import { inLens, needsNewListing, type ChangeRow, type Listing, type Progress } from './opened-listing'
import { createRowWindow, type RowWindow } from '../../resources/row-window'
import { useSettings } from '../settings/settings'

export type { ChangeRow, Listing, Progress }

/** The listing of the chosen container's upper layer and how it is looked at. */
export const useChanges = defineStore('changes', () => {
  const navigation = useNavigation()
  const settings = useSettings()
  const listing = shallowRef<Listing>()
  const progress = shallowRef<Progress>()
  const failure = shallowRef<Failure>()
  const opening = shallowRef(false)
  const refreshing = shallowRef(false)
  /** The image that the container is compared with, where it is not its own. */
  const against = shallowRef<string>()
  const view = shallowRef<ChangeListView>({ ...firstView, ...settings.chosen.sorts.changes })
  const rows = shallowRef<RowWindow<ChangeRow>>()
  const cursor = shallowRef(0)
  /** The line that is chosen; it stays while its page is fetched anew. */
  const chosen = shallowRef<ChangeRow>()
  const looks = createKeptLooks()
  const left = createLeftListings()
  /** Whose listing is open. */
  let subject: { readonly hostId: string; readonly containerId: string } | undefined
  /** What is to be chosen and seen again once it is listed, unless a person chooses before. */
  let returning: KeptLook | undefined
  let top: KeptLine | undefined
  const scrolledTo = shallowRef<{ readonly index: number }>()
  let aborter = new AbortController()
  /** Ends what was asked for the view before. */
  let looking = new AbortController()
  /** Events can overtake the answer that names their listing. */
  let early = new Map<string, Progress>()

  subscribe('changes.progressed', (event) => {
    left.progressed(event)
    if (listing.value === undefined) early.set(event.listingId, event)
    else if (event.listingId === listing.value.listingId) progressed(event)
  })

  /** Opens the container's listing, or the one that was left. */
  async function open(hostId: string, containerId: string): Promise<void> {
    subject = { hostId, containerId }
    const image = against.value
    const there = left.take(listingKey())
    if (there !== undefined) {
      progress.value = there.progress
      show(there.listing)
      await rows.value?.show(0, 60)
      await goBack()
      if (listing.value === there.listing) await refresh()
      return
    }
    // What was since another listing was opened is not known of this one.
    view.value = { ...view.value, since: 'image' }
    const { signal } = aborter
    opening.value = true
    const asked = { hostId, containerId, live: true, ...(image !== undefined && { against: image }) }
    const result = await call('changes.open', asked, signal)
    if (signal.aborted) {
      if (result.ok) void call('changes.close', { listingId: result.value.listingId })
      return
    }
    opening.value = false
    if (result.ok) show(result.value)
    else failure.value = result.failure
  }

  function show(opened: Listing): void {
    const { listingId } = opened
    listing.value = opened
    rows.value = createRowWindow((offset, limit) => loadRows(listingId, offset, limit))
    const event = early.get(listingId)
    early = new Map()
    if (event !== undefined) progressed(event)
    else void rows.value.show(0, 60)
  }

  /** Chooses what was chosen, where that is still there, and lets it be seen as it was. */
  async function goBack(): Promise<void> {
    const [wanted, current] = [returning, rows.value]
    if (!wanted || !current || progress.value?.state === 'reading') return
    const line = await indexOfKept(current, wanted.chosen)
    const above = await indexOfKept(current, wanted.top)
    if (returning !== wanted || rows.value !== current) return
    returning = undefined
    choose(line ?? cursor.value)
    if (above !== undefined) scrolledTo.value = { index: above }
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
    if (listing.value?.lens !== event.lens) lensChanged(event)
    if (event.state === 'failed') failure.value = (event.failure as Failure | undefined) ?? failure.value
    // What only tells the next look changes no line.
    if (event.version > before) void renew().then(goBack)
    else void goBack()
  }

  /** The host said nothing more, so that its engine lists from the beginning: all nodes are others, and what is chosen is known by its path. */
  function lensChanged(event: Progress): void {
    listing.value &&= inLens(listing.value, event)
    returning = lookNow()
    chosen.value = undefined
  }

  function lookNow(): KeptLook {
    const line = keptLine(cursor.value, chosen.value) ?? returning?.chosen
    return { view: view.value, against: against.value, chosen: line, top: returning ? returning.top : top }
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
    const { sort, descending, runtime } = next
    if (sort !== view.value.sort || descending !== view.value.descending || runtime !== view.value.runtime)
      void settings.change({ sorts: { ...settings.chosen.sorts, changes: { sort, descending, runtime } } })
    view.value = next
    returning = undefined
    looking.abort()
    looking = new AbortController()
    void renew('first')
  }

  function choose(index: number): void {
    if (index !== cursor.value) returning = undefined
    cursor.value = index
    chosen.value = rows.value?.rowAt(index)
  }

  /** Which line is the topmost one now. */
  function noteTop(index: number): void {
    top = index === 0 ? undefined : (keptLine(index, rows.value?.rowAt(index)) ?? top)
  }

  function listingKey(): string {
    return JSON.stringify([subject?.hostId, subject?.containerId, against.value])
  }

  /** Leaves a listing that is complete to be come back to, and ends any other. */
  function leave(): void {
    const [opened, told] = [listing.value, progress.value]
    if (subject !== undefined) looks.keep(subject, lookNow())
    if (subject !== undefined && opened !== undefined && told?.state === 'complete')
      left.leave(listingKey(), { hostId: subject.hostId, listing: opened, progress: told })
    else endListing()
    reset()
  }

  function endListing(): void {
    if (listing.value !== undefined) void call('changes.close', { listingId: listing.value.listingId })
    reset()
  }

  function reset(): void {
    aborter.abort()
    aborter = new AbortController()
    rows.value?.close()
    early = new Map()
    listing.value = progress.value = failure.value = rows.value = chosen.value = undefined
    opening.value = refreshing.value = false
    cursor.value = 0
    subject = top = returning = undefined
  }

  function openAnew(): void {
    const { container } = navigation
    const kept = lookNow()
    endListing()
    returning = kept
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
    const { container } = navigation
    if (image === against.value) return
    leave()
    returning = container && looks.of(container)
    against.value = image
    view.value = { ...view.value, open: true, toggled: [], untouched: true, since: 'image' }
    if (container !== undefined) void open(container.hostId, container.containerId)
  }

  watch(
    [() => navigation.container?.hostId, () => navigation.container?.containerId],
    ([hostId, containerId]) => {
      leave()
      const { sort, descending, runtime } = view.value
      const isChosen = hostId !== undefined && containerId !== undefined
      const kept = isChosen ? looks.of({ hostId, containerId }) : undefined
      view.value = { ...(kept?.view ?? firstView), sort, descending, runtime }
      const image = kept?.against
      const isGone = isChosen && image !== undefined && navigation.isGone({ hostId, image })
      against.value = isGone ? undefined : image
      returning = kept
      top = kept?.top
      if (isChosen) void open(hostId, containerId)
    },
    { immediate: true },
  )

  useHosts().onRemoved((hostId) => {
    left.dropHost(hostId)
    looks.dropHost(hostId)
  })

  watch(
    () => rows.value?.revision,
    () => {
      const row = rows.value?.rowAt(cursor.value)
      const isFirst = chosen.value === undefined && returning === undefined
      if (row !== undefined && (isFirst || row.node === chosen.value?.node)) chosen.value = row
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
    scrolledTo,
    look,
    choose,
    noteTop,
    topIndex: () => top?.index ?? 0,
    refresh,
    markSeen,
    compareWith,
  }
})
