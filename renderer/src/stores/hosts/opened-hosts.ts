const key = 'lamina.opened-hosts'

/** Whether a host was to be open before the page was loaded anew; a new start of the application knows of none. */
export function openedBefore(hostId: string): boolean {
  return read().includes(hostId)
}

export function rememberOpened(hostId: string): void {
  if (!openedBefore(hostId)) write([...read(), hostId])
}

export function forgetOpened(hostId: string): void {
  if (openedBefore(hostId)) write(read().filter((other) => other !== hostId))
}

function read(): string[] {
  return (sessionStorage.getItem(key) ?? '').split('\n').filter((hostId) => hostId !== '')
}

// A host id has no control characters (core/hosts/ssh-address.ts), so lines divide them.
function write(hostIds: readonly string[]): void {
  sessionStorage.setItem(key, hostIds.join('\n'))
}
