export type Shortcut =
  'palette' | 'search' | 'add-host' | 'next-pane' | 'previous-pane' | 'help' | 'back' | 'refresh'

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/** What a key means anywhere in the window; `typing` says that it goes into a text field. */
export function shortcutOf(event: Pressed, typing: boolean): Shortcut | undefined {
  const control = event.ctrlKey || event.metaKey
  const key = event.key.toLowerCase()
  if (control && !event.altKey && !event.shiftKey) {
    if (key === 'k') return 'palette'
    if (key === 'f') return 'search'
    if (key === 'r') return 'refresh'
    if (key === 'n') return 'add-host'
    return undefined
  }
  if (control) return undefined
  if (event.altKey) return key === 'arrowleft' ? 'back' : undefined
  if (key === 'f6') return event.shiftKey ? 'previous-pane' : 'next-pane'
  if (key === 'f5') return 'refresh'
  if (typing) return undefined
  if (key === '/') return 'search'
  return event.key === '?' ? 'help' : undefined
}

/** Where F6 goes from the pane at `at` (-1 for none) among `count` panes. */
export function nextPane(at: number, count: number, step: 1 | -1): number {
  if (at === -1) return step === 1 ? 0 : count - 1
  return (at + step + count) % count
}
