import { beginningOf } from '../../ui/focus/focusable'
import { nextPane } from './shortcut'

/** Moves the focus to the next or previous pane, onto what it is best begun with. */
export function movePane(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')]
  const active = document.activeElement
  // Panes can stand in one another: the innermost one is where the focus is.
  const here = active?.closest<HTMLElement>('[data-pane]')
  const next = panes[nextPane(here ? panes.indexOf(here) : -1, panes.length, step)]
  if (next !== undefined) beginningOf(next)?.focus()
}

/** Puts the focus into the search field of the pane it is in, or of the first pane that has one. */
export function focusSearch(): void {
  const here = document.activeElement?.closest('[data-pane]')
  const field =
    here?.querySelector<HTMLInputElement>('[data-search]') ??
    document.querySelector<HTMLInputElement>('main [data-search]') ??
    document.querySelector<HTMLInputElement>('[data-search]')
  field?.focus()
  field?.select()
}

/** Whether a key pressed on this element writes text. */
export function isTextField(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)
}
