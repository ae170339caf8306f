import type { VirtualItem } from '@tanstack/vue-virtual'
import { computed, shallowRef, watchPostEffect, type ComputedRef, type Ref } from 'vue'
import { useChanges, type ChangeRow } from '../../../stores/changes/changes'
import { lineSlots, type LineSlots } from './line-slots'

/** A line as it is drawn: no row while that is on its way, or while it is not its turn to be drawn. */
export interface Line {
  readonly index: number
  /** Pixels from the top of the list. */
  readonly start: number
  /** Number of its element. */
  readonly slot: number
  readonly row: ChangeRow | undefined
}

interface Drawn {
  readonly lines: readonly Line[]
  readonly slots: LineSlots
  /** Rows that were not drawn before. */
  readonly anew: number
  readonly isWhole: boolean
  /** By `performance.now()`. */
  readonly began: number
}

/** Milliseconds that drawing rows anew may take in a frame; to lay them out and paint them takes about as long again. */
const budget = 8
const fewest = 8
/** As long as it is not known how long one takes. */
const firstGuess = 16

/** The lines in sight. A screen of rows that come in at once is drawn in as many frames as it takes, so that no frame takes long. */
export function useDrawnLines(items: Readonly<Ref<readonly VirtualItem[]>>): ComputedRef<readonly Line[]> {
  const changes = useChanges()
  /** Grows with each frame that lines were left to. */
  const frame = shallowRef(0)
  let most = firstGuess

  const drawn = computed<Drawn>((before) => {
    void frame.value
    // Rows come and go without the items changing; the revision tells.
    void changes.rows?.revision
    const began = performance.now()
    let anew = 0
    let isWhole = true
    const rows = items.value.map(({ index }) => {
      const row = changes.rows?.rowAt(index)
      if (row === undefined || before?.slots.byNode.has(row.node) === true) return row
      if (anew === most) {
        isWhole = false
        return undefined
      }
      anew += 1
      return row
    })
    const slots = lineSlots(
      before?.slots,
      items.value.map(({ index }, at) => ({ index, node: rows[at]?.node })),
    )
    const lines = items.value.map(({ index, start }, at) => {
      const slot = slots.slots[at] ?? 0
      return { index, start, slot, row: rows[at] }
    })
    return { lines, slots, anew, isWhole, began }
  })

  watchPostEffect(() => {
    const { anew, isWhole, began } = drawn.value
    if (anew >= fewest) most = Math.max(fewest, Math.floor((budget * anew) / (performance.now() - began)))
    if (!isWhole) requestAnimationFrame(() => (frame.value += 1))
  })
  return computed(() => drawn.value.lines)
}
