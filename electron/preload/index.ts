import { contextBridge, ipcRenderer } from 'electron'
import { excessIn, mostCallsAtOnce } from '../core/message-limits'

interface LaminaEvent {
  readonly name: string
  readonly payload: unknown
}

let underWay = 0

/** Refused here, before the main process, whose one thread draws every window and menu, would have to read it. */
async function call(id: unknown, operation: unknown, input: unknown): Promise<unknown> {
  const excess = excessIn([id, operation, input])
  if (excess !== undefined)
    return refused('too-large', `A call holds too much: its ${excess} are over the limit.`)
  if (underWay >= mostCallsAtOnce)
    return refused('too-large', `More than ${String(mostCallsAtOnce)} calls are under way at once.`)
  underWay += 1
  try {
    return await ipcRenderer.invoke('lamina:call', { id, operation, input })
  } finally {
    underWay -= 1
  }
}

function refused(kind: 'too-large', message: string): object {
  return { ok: false, failure: { kind, message } }
}

const listeners = new Set<(event: LaminaEvent) => void>()

// The event object of Electron stays here: its `sender` would hand the page the whole of ipcRenderer.
ipcRenderer.on('lamina:event', (_event, told: LaminaEvent) => {
  for (const listener of listeners) listener(told)
})

contextBridge.exposeInMainWorld('lamina', {
  call,
  cancel: (id: unknown): void => {
    if (typeof id === 'string' && id.length <= 64) ipcRenderer.send('lamina:cancel', { id })
  },
  onEvent: (listener: (event: LaminaEvent) => void): (() => void) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  },
})
