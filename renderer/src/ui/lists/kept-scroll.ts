import { onMounted, type Ref } from 'vue'

/** Scrolls an element to where `view` has it, and keeps in there how far it is scrolled, in pixels. */
export function useKeptScroll(scroller: Readonly<Ref<HTMLElement | null>>, view: { top: number }): void {
  onMounted(() => {
    const { value: element } = scroller
    element?.scrollTo({ top: view.top })
    element?.addEventListener('scroll', () => (view.top = element.scrollTop), { passive: true })
  })
}
