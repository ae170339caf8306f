const focusable = 'button, input, textarea, select, a[href], [tabindex]'
/** What a part of the window is best begun with, best first. */
const beginnings = [
  '[data-tree]',
  '[aria-current]',
  '[data-item][tabindex="0"]',
  '[data-item]',
  '[data-first]',
]

/** Whether the focus can be put on an element now; what stands behind a dialog cannot have it. */
export function canFocus(element: Element): boolean {
  return (
    element.matches(focusable) &&
    !element.matches(':disabled') &&
    element.closest('[inert], [aria-hidden="true"]') === null &&
    element.checkVisibility({ visibilityProperty: true })
  )
}

/** What a part of the window is begun with: itself, what is chosen in it, or the first thing that Tab reaches. */
export function beginningOf(part: Element): HTMLElement | undefined {
  if (part instanceof HTMLElement && canFocus(part)) return part
  const pane = part.matches('[data-pane]') ? part : (part.querySelector('[data-pane]') ?? part)
  for (const selector of beginnings)
    for (const element of pane.querySelectorAll<HTMLElement>(selector)) if (canFocus(element)) return element
  return [...pane.querySelectorAll<HTMLElement>(focusable)].find(
    (element) => element.tabIndex >= 0 && canFocus(element),
  )
}
