import { nextTick, watch, type Ref } from 'vue'

/**
 * Selects a text that was put into a field while a person is in it, as an address bar does: what is typed then takes its place instead of
 * standing behind it.
 */
export function useSelectedSuggestion(
  field: Readonly<Ref<HTMLInputElement | null>>,
  text: () => string,
): void {
  watch(text, (now) => {
    const { value: input } = field
    // What was typed stands in the field already.
    if (input === null || input !== document.activeElement || input.value === now) return
    void nextTick(() => {
      if (input === document.activeElement) input.select()
    })
  })
}
