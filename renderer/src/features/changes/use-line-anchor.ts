import { onMounted, onUnmounted, watch, type Ref } from 'vue'
import { useChanges } from '../../stores/changes'
import { indexAfterRefresh } from '../../stores/follow-row'

/** Keeps the topmost line under the eye where a refresh puts lines above it or takes some away. */
export function useLineAnchor(scroller: Readonly<Ref<HTMLElement | null>>, lineHeight: number): void {
  const changes = useChanges()
  /** The topmost line as it was seen last, and how long the list was then. */
  let seen: { readonly index: number; readonly node: number; readonly total: number } | undefined

  function note(): void {
    const index = Math.floor((scroller.value?.scrollTop ?? 0) / lineHeight)
    const row = changes.rows?.rowAt(index)
    // At the very top new lines are to be seen, not to be scrolled away from.
    seen =
      index === 0 || row === undefined
        ? undefined
        : { index, node: row.node, total: changes.rows?.total ?? 0 }
  }

  async function restore(): Promise<void> {
    const { rows } = changes
    const wanted = seen
    if (rows === undefined || wanted === undefined) {
      note()
      return
    }
    if (rows.rowAt(wanted.index)?.node !== wanted.node) {
      const grown = (rows.total ?? 0) - wanted.total
      const now = await indexAfterRefresh(rows, wanted.index, grown, (row) => row.node === wanted.node)
      if (seen !== wanted || changes.rows !== rows) return
      if (now !== undefined) scroller.value?.scrollBy({ top: (now - wanted.index) * lineHeight })
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
    scroller.value?.addEventListener('scroll', note, { passive: true })
  })
  onUnmounted(() => {
    scroller.value?.removeEventListener('scroll', note)
  })
}
