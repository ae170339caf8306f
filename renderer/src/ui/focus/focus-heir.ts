import { beginningOf, canFocus } from './focusable'

/** An element that had the focus, and where it stood, once it was taken out of the page. */
export interface FocusTrace {
  readonly element: HTMLElement
  taken?: TakenOut
}

interface TakenOut {
  /** The element, or what it was taken out with. */
  readonly node: Node
  readonly parent: Node
  /** The neighbours it would have now. */
  previous: Node | null
  next: Node | null
}

/** Notes where the elements stood that these changes of the page took out. */
export function noteTaken(traces: readonly FocusTrace[], changes: readonly MutationRecord[]): void {
  for (const { target: parent, removedNodes, previousSibling: previous, nextSibling: next } of changes)
    for (const node of removedNodes)
      for (const trace of traces) {
        const { element, taken } = trace
        if (node.contains(taken?.parent ?? element)) trace.taken = { node, parent, previous, next }
        else if (taken?.previous === node) taken.previous = previous
        else if (taken?.next === node) taken.next = next
      }
}

/**
 * Where the focus goes from an element that had it: to itself where it can have it (again), to what stands in its place, to the
 * next or previous one of a list, to what is around it. Nothing where all that is gone too, as with a menu.
 */
export function heirOf({ element, taken }: FocusTrace): HTMLElement | undefined {
  if (canFocus(element)) return element
  if (element.isConnected) return around(element.parentElement)
  if (taken?.parent.isConnected !== true) return undefined
  return inPlaceOf(taken) ?? besides(taken) ?? around(taken.parent)
}

function inPlaceOf({ parent, previous, next }: TakenOut): HTMLElement | undefined {
  for (
    let node = previous === null ? parent.firstChild : previous.nextSibling;
    node !== null && node !== next;
    node = node.nextSibling
  ) {
    const found = node instanceof Element ? beginningOf(node) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Entries of a list have one tag; a `div` may be anything, and what stands beside it has nothing to do with it. */
function besides({ node, parent, previous, next }: TakenOut): HTMLElement | undefined {
  const { nodeName } = node
  if (nodeName === 'DIV') return undefined
  const isEntry = (other: Node): other is Element => other instanceof Element && other.nodeName === nodeName
  for (let at = next; at !== null && at.parentNode === parent; at = at.nextSibling)
    if (isEntry(at)) return beginningOf(at)
  for (let at = previous; at !== null && at.parentNode === parent; at = at.previousSibling)
    if (isEntry(at)) return beginningOf(at)
  return undefined
}

/** The page itself is around everything, and no place for the focus. */
function around(from: Node | null): HTMLElement | undefined {
  for (let at = from; at instanceof HTMLElement && at !== document.body; at = at.parentElement) {
    if (canFocus(at)) return at
    const first = at.matches('[data-pane]') ? beginningOf(at) : undefined
    if (first !== undefined) return first
  }
  return undefined
}
