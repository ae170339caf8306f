import { onMounted, onUnmounted, watch, type Ref } from 'vue'
import { useChanges, type ChangeRow } from '../../../stores/changes/changes'
import { indexAfterRefresh } from '../../../resources/follow-row'
import type { RowWindow } from '../../../resources/row-window'

interface SeenLine {
  readonly rows: RowWindow<ChangeRow>
  readonly index: number
  readonly node: number
  readonly total: number
}

async function indexOfSeen({ rows, index, node, total }: SeenLine): Promise<number | undefined> {
  if (rows.rowAt(index)?.node === node) return index
  return indexAfterRefresh(rows, index, (rows.total ?? 0) - total, (row) => row.node === node)
}

/** Keeps the topmost line under the eye where a refresh puts lines above it or takes some away. */
export function useLineAnchor(scroller: Readonly<Ref<HTMLElement | null>>, lineHeight: number): void {
  const changes = useChanges()
  /** The topmost line as it was seen last, and how long its list was then. */
  let seen: SeenLine | undefined
  /** As the latest scroll event had it: asking for it after each change of the lines would lay the page out each time. */
  let top = 0

  function noteScroll(): void {
    top = scroller.value?.scrollTop ?? 0
    note()
  }

  function note(): void {
    const { rows } = changes
    const index = Math.floor(top / lineHeight)
    changes.noteTop(index)
    const node = rows?.rowAt(index)?.node
    // At the very top new lines are to be seen, not to be scrolled away from.
    const isAnchor = index > 0 && rows !== undefined && node !== undefined
    seen = isAnchor ? { rows, index, node, total: rows.total ?? 0 } : undefined
  }

  async function restore(): Promise<void> {
    const wanted = seen
    if (wanted !== undefined && wanted.rows === changes.rows) {
      const now = await indexOfSeen(wanted)
      if (seen !== wanted) return
      if (now !== undefined && now !== wanted.index)
        scroller.value?.scrollBy({ top: (now - wanted.index) * lineHeight })
    }
    note()
  }

  watch(
    () => changes.rows?.revision,
    () => void restore(),
    { flush: 'post' },
  )
  // Another view is another list: what was on top of the one before is not looked for.
  watch(
    () => changes.view,
    () => {
      seen = undefined
    },
  )
  onMounted(() => {
    scroller.value?.addEventListener('scroll', noteScroll, { passive: true })
  })
  onUnmounted(() => {
    scroller.value?.removeEventListener('scroll', noteScroll)
  })
}
