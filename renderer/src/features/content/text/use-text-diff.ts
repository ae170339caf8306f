import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { compareTexts, type TextPair } from '../../../diff/compare-texts'
import type { TextDiff } from '../../../diff/text-diff'

/** How the comparison of two texts stands. */
export type Comparison =
  | { readonly state: 'comparing' }
  | { readonly state: 'compared'; readonly diff: TextDiff }
  | { readonly state: 'failed'; readonly why: string }

/** Most comparisons end within it, and what is drawn at once need not be drawn again. In milliseconds. */
const unnoticed = 100

/** Compares what `pair` gives, anew whenever that is another one. Nothing at first, and where there is no pair. */
export function useTextDiff(pair: () => TextPair | undefined): ShallowRef<Comparison | undefined> {
  const comparison = shallowRef<Comparison>()
  let aborter = new AbortController()

  async function compare(texts: TextPair | undefined): Promise<void> {
    aborter.abort()
    aborter = new AbortController()
    comparison.value = undefined
    if (texts === undefined) return
    const { signal } = aborter
    const timer = setTimeout(() => {
      comparison.value = { state: 'comparing' }
    }, unnoticed)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
    })
    const outcome = await compareTexts(texts, signal).then(
      (diff): Comparison => ({ state: 'compared', diff }),
      (error: unknown): Comparison => ({ state: 'failed', why: String(error) }),
    )
    if (signal.aborted) return
    clearTimeout(timer)
    comparison.value = outcome
  }

  watch(pair, compare, { immediate: true })
  onScopeDispose(() => {
    aborter.abort()
  })
  return comparison
}
