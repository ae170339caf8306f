import { computed, ref, type WritableComputedRef } from 'vue'

/** How two versions of a text are drawn. */
export const diffModes = ['side-by-side', 'unified'] as const
export type DiffMode = (typeof diffModes)[number]

const storageKey = 'content.diff-mode'
const kept = ref<DiffMode>()

/** The way that was chosen last; kept for the next start. */
export function useDiffMode(): WritableComputedRef<DiffMode> {
  kept.value ??= localStorage.getItem(storageKey) === 'unified' ? 'unified' : 'side-by-side'
  return computed({
    get: () => kept.value ?? 'side-by-side',
    set(mode) {
      kept.value = mode
      localStorage.setItem(storageKey, mode)
    },
  })
}
