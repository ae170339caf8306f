import type { ChangeRow } from '../../../stores/changes/changes'

/** What a key does in the tree, as the ARIA treegrid pattern has it. */
export type TreeAction =
  | { readonly kind: 'move'; readonly to: number }
  | { readonly kind: 'toggle' }
  | { readonly kind: 'to-parent' }
  | { readonly kind: 'reveal' }
  | { readonly kind: 'undo' }
  | { readonly kind: 'menu' }
  | { readonly kind: 'type'; readonly letter: string }

export interface TreeCursor {
  readonly index: number
  readonly total: number
  readonly row: ChangeRow | undefined
  /** Lines that fit on the screen. */
  readonly page: number
}

export function treeAction(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
  cursor: TreeCursor,
): TreeAction | undefined {
  if (isUndoKey(event) && cursor.row !== undefined) return { kind: 'undo' }
  if (event.ctrlKey || event.metaKey || event.altKey || cursor.total === 0) return undefined
  const { index, row, page } = cursor
  const last = cursor.total - 1
  const moveTo = (to: number): TreeAction => ({ kind: 'move', to: Math.min(last, Math.max(0, to)) })
  switch (event.key) {
    case 'ArrowDown':
      return moveTo(index + 1)
    case 'ArrowUp':
      return moveTo(index - 1)
    case 'PageDown':
      return moveTo(index + page)
    case 'PageUp':
      return moveTo(index - page)
    case 'Home':
      return moveTo(0)
    case 'End':
      return moveTo(last)
    case 'ArrowRight':
      if (row?.expandable !== true) return undefined
      return row.open ? moveTo(index + 1) : { kind: 'toggle' }
    case 'ArrowLeft':
      return row?.expandable === true && row.open ? { kind: 'toggle' } : { kind: 'to-parent' }
    case 'Enter':
      if (row?.expandable === true) return { kind: 'toggle' }
      return row?.moved === undefined ? undefined : { kind: 'reveal' }
    case ' ':
      return row?.expandable === true ? { kind: 'toggle' } : undefined
    case 'ContextMenu':
      return { kind: 'menu' }
    case 'F10':
      return event.shiftKey ? { kind: 'menu' } : undefined
    default:
      return event.key.length === 1 && event.key !== '/' && event.key !== '?'
        ? { kind: 'type', letter: event.key }
        : undefined
  }
}

/** Not Ctrl+Z, which would be taken for undoing what was done in the window last. */
function isUndoKey({ key, ctrlKey, metaKey, altKey }: Parameters<typeof treeAction>[0]): boolean {
  return key.toLowerCase() === 'z' && altKey && (ctrlKey || metaKey)
}
