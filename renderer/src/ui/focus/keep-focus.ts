import { onMounted, onUnmounted } from 'vue'
import { heirOf, noteTaken, type FocusTrace } from './focus-heir'
import { beginningOf } from './focusable'

/** Through a menu and a dialog that it opened, back to what the menu was opened with. */
const mostTraces = 12
const layers = '[role="dialog"], [role="alertdialog"], [role="menu"]'

/**
 * Keeps the focus in the window's parts. Chromium gives it to the page where an element that has it is taken out, hidden or disabled,
 * and keys reach nothing there; it goes to where that element stood instead (`heirOf`). Where something better comes before a person
 * does anything, such as a list after its rows were loaded, it goes on to that.
 */
export function useKeptFocus(): void {
  /** What had the focus, the latest last. */
  let traces: FocusTrace[] = []
  /** Where the focus was put, and for whom. */
  let moved: { readonly from: FocusTrace; readonly to: HTMLElement } | undefined
  let isPressed = false
  /** A person pressed the pointer beside everything, which takes the focus away as in any page. */
  let isGivenUp = false

  function noteFocus({ target }: FocusEvent): void {
    if (!(target instanceof HTMLElement)) return
    isGivenUp = false
    // A question that comes meanwhile gives the focus back to where it was put.
    if (target !== moved?.to && target.closest(layers) === null) moved = undefined
    traces = [...traces.filter(({ element }) => element !== target), { element: target }].slice(-mostTraces)
  }

  function press(): void {
    moved = undefined
    isPressed = true
  }

  function release(): void {
    isPressed = false
    const last = traces.at(-1)
    isGivenUp = isOnPage() && last !== undefined && heirOf(last) === last.element
    checkSoon()
  }

  function type(): void {
    if (document.activeElement === moved?.to) moved = undefined
  }

  // A dialog that closes gives the focus back after a turn (reka-ui's FocusScope), and what was disabled loses it when the page is drawn.
  function checkSoon(): void {
    setTimeout(check)
    requestAnimationFrame(() => setTimeout(check))
  }

  function check(): void {
    if (isPressed || isGivenUp) return
    if (isOnPage()) giveBack()
    else if (moved !== undefined && document.activeElement === moved.to) put(moved.from, heirOf(moved.from))
  }

  function giveBack(): void {
    for (const trace of [...traces].reverse()) {
      put(trace, heirOf(trace))
      if (!isOnPage()) return
    }
    const pane = document.querySelector('[data-pane]:not(nav)')
    if (traces.length > 0 && pane !== null) beginningOf(pane)?.focus()
  }

  function put(from: FocusTrace, to: HTMLElement | undefined): void {
    if (to === undefined || to === document.activeElement) return
    moved = { from, to }
    to.focus()
  }

  const observer = new MutationObserver((changes) => {
    noteTaken(traces, changes)
    if (isOnPage() || moved !== undefined) checkSoon()
  })
  const listeners = [
    ['focusin', noteFocus],
    ['focusout', checkSoon],
    ['pointerdown', press],
    ['pointerup', release],
    ['pointercancel', release],
    ['keydown', type],
  ] as const

  onMounted(() => {
    observer.observe(document.body, {
      ...{ childList: true, subtree: true },
      attributeFilter: ['disabled', 'hidden', 'inert'],
    })
    for (const [event, listener] of listeners)
      window.addEventListener(event, listener as EventListener, { capture: true })
  })
  onUnmounted(() => {
    observer.disconnect()
    for (const [event, listener] of listeners)
      window.removeEventListener(event, listener as EventListener, { capture: true })
  })
}

function isOnPage(): boolean {
  return document.activeElement === null || document.activeElement === document.body
}
