import { contextBridge, ipcRenderer } from 'electron'

interface LaminaEvent {
  readonly name: string
  readonly payload: unknown
}

const listeners = new Set<(event: LaminaEvent) => void>()

// The event object of Electron stays here: its `sender` would hand the page the whole of ipcRenderer.
ipcRenderer.on('lamina:event', (_event, told: LaminaEvent) => {
  for (const listener of listeners) listener(told)
})

contextBridge.exposeInMainWorld('lamina', {
  call: (id: string, operation: string, input: unknown): Promise<unknown> =>
    ipcRenderer.invoke('lamina:call', { id, operation, input }),
  cancel: (id: string): void => {
    ipcRenderer.send('lamina:cancel', { id })
  },
  onEvent: (listener: (event: LaminaEvent) => void): (() => void) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  },
})
