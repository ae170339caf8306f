import { computed, ref, type WritableComputedRef } from 'vue'

export const paneLimits = {
  hosts: { least: 150, most: 380, first: 236 },
  list: { least: 200, most: 560, first: 300 },
} as const

export type PaneName = keyof typeof paneLimits

const widths = { hosts: ref(storedWidth('hosts')), list: ref(storedWidth('list')) }

/** The width of a pane in pixels; kept between its limits, and kept for the next start. */
export function usePaneWidth(pane: PaneName): WritableComputedRef<number> {
  return computed({
    get: () => widths[pane].value,
    set(width) {
      widths[pane].value = withinLimits(pane, width)
      localStorage.setItem(storageKey(pane), String(widths[pane].value))
    },
  })
}

function storedWidth(pane: PaneName): number {
  const stored = Number(localStorage.getItem(storageKey(pane)) ?? NaN)
  return Number.isFinite(stored) ? withinLimits(pane, stored) : paneLimits[pane].first
}

function withinLimits(pane: PaneName, width: number): number {
  const { least, most } = paneLimits[pane]
  return Math.round(Math.min(most, Math.max(least, width)))
}

function storageKey(pane: PaneName): string {
  return `pane-width.${pane}`
}
