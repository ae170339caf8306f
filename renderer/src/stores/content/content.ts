import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { OperationOutput } from '../../../../electron/contract/contract'
import { call } from '../../bridge/call'
import { useChanges } from '../changes/changes'
import {
  isOtherContent,
  isOtherThing,
  isSamePath,
  pathInput,
  sidesToRead,
  type ContentSubject,
  type Side,
} from './content-subject'
import { createContentVersion, type ContentVersion } from './content-version'
import { useNavigation } from '../place/navigation'
import { createResource, type Resource } from '../../resources/resource'
import { createRowWindow, type RowWindow } from '../../resources/row-window'

export type PathDescription = OperationOutput<'changes.describe'>
export type LostEntry = OperationOutput<'changes.lost'>['rows'][number]
export type ContentVersions = Partial<Readonly<Record<Side, ContentVersion>>>

/** A row has to stay chosen so long before anything is read: keys that run through the tree ask for nothing. */
const settling = 100

/** Both versions of the chosen path: facts and content, read anew whenever another path is chosen. */
export const useContent = defineStore('content', () => {
  const changes = useChanges()
  const navigation = useNavigation()
  const subject = shallowRef<ContentSubject>()
  const description = shallowRef<Resource<PathDescription>>()
  const versions = shallowRef<ContentVersions>({})
  /** What was in a directory that is no longer there; its total is the number of entries. */
  const lost = shallowRef<RowWindow<LostEntry>>()
  const lostBytes = shallowRef<number>()
  /** Whether the listing has another content than the one that was read. */
  const isOutOfDate = shallowRef(false)
  let aborter = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  function choose(next: ContentSubject | undefined): void {
    drop()
    subject.value = next
    if (next !== undefined)
      timer = setTimeout(() => {
        read(next)
      }, settling)
  }

  function read(of: ContentSubject): void {
    const input = pathInput(of)
    if (of.row.kind === undefined) return
    description.value = createResource((signal) => call('changes.describe', input, signal))
    void description.value.refresh()
    const made: Partial<Record<Side, ContentVersion>> = {}
    for (const side of sidesToRead(of.row)) {
      const version = createContentVersion((offset, signal) =>
        call('content.read', { ...input, side, offset }, signal),
      )
      made[side] = version
      void version.readMore()
    }
    versions.value = made
    if (of.row.kind === 'deleted' && of.row.type === 'directory') showLost()
  }

  /** Lists what was in the directory that the lower version is. */
  function showLost(): void {
    const of = subject.value
    if (of === undefined || lost.value !== undefined) return
    const input = pathInput(of)
    const { signal } = aborter
    lost.value = createRowWindow<LostEntry>(async (offset, limit) => {
      const result = await call('changes.lost', { ...input, offset, limit }, signal)
      if (!result.ok) return result
      lostBytes.value = result.value.bytes
      return { ok: true, value: { total: result.value.entries, rows: result.value.rows } }
    })
    void lost.value.show(0, 60)
  }

  function drop(): void {
    clearTimeout(timer)
    aborter.abort()
    aborter = new AbortController()
    description.value?.close()
    for (const version of Object.values(versions.value)) version.close()
    lost.value?.close()
    description.value = lost.value = lostBytes.value = undefined
    versions.value = {}
    isOutOfDate.value = false
  }

  function readAgain(): void {
    const of = subject.value
    const row = changes.chosen
    choose(of === undefined || row === undefined ? of : { ...of, row })
  }

  watch(
    () => changes.chosen,
    (row) => {
      const { container } = navigation
      const now = subject.value
      if (row === undefined || container === undefined) {
        if (now !== undefined) choose(undefined)
        return
      }
      const against = changes.listing?.against?.id
      const next = { ...container, row, ...(against === undefined ? {} : { against }) }
      if (now === undefined || !isSamePath(now, next) || isOtherThing(now.row, row)) choose(next)
      else if (isOtherContent(now.row, row)) isOutOfDate.value = true
    },
    { immediate: true },
  )

  return { subject, description, versions, lost, lostBytes, isOutOfDate, showLost, readAgain }
})
