import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { safeLines } from './safe-text'

/** A `Failure` as events and answers carry it. */
interface ToldFailure {
  readonly kind: string
  readonly message: string
  readonly remedy?: string | undefined
}

/** What is said of a failure in the window's language. */
export interface FailureWords {
  readonly title: string
  /** What happened and why, in the words of where it happened: English. */
  readonly why?: string
  readonly remedy?: string
  /** The same with its remedy where the window speaks another language, to be shown as what it is. */
  readonly original?: string
}

/** Gives what says a failure; the sentences of where it happened are English, and stand for themselves in an English window alone. */
export function useFailureWords(): ComputedRef<(failure: ToldFailure) => FailureWords> {
  const { t, te, locale } = useI18n()
  return computed(() => (failure) => {
    const isKnown = te(`failure.${failure.kind}.title`, 'en')
    const kind = isKnown ? failure.kind : 'internal'
    const title = t(`failure.${kind}.title`)
    const ofKind = t(`failure.${kind}.remedy`)
    if (locale.value !== 'en') {
      const original = [failure.message, failure.remedy].filter(Boolean).join('\n')
      return { title, remedy: ofKind, original: safeLines(original) }
    }
    const remedy = failure.remedy === undefined ? ofKind : safeLines(failure.remedy)
    return { title, why: safeLines(failure.message), remedy }
  })
}

/** Gives why something failed as one sentence in the window's language, for where there is room for one. */
export function useFailureReason(): ComputedRef<(failure: ToldFailure) => string> {
  const words = useFailureWords()
  return computed(() => (failure) => {
    const { title, why } = words.value(failure)
    return why ?? title
  })
}
