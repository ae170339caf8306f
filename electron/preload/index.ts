import { contextBridge, ipcRenderer } from 'electron'
import { CallsUnderWay } from '../core/messages/calls-under-way'
import { excessWords, sizeOf } from '../core/messages/message-limits'

interface LaminaEvent {
  readonly name: string
  readonly payload: unknown
}

/** Whoever listens in the page at once; the window has less than fifty. */
const mostListeners = 1000

const underWay = new CallsUnderWay()

/** Refused here, before the main process, whose one thread draws every window and menu, would have to read it. */
async function call(id: unknown, operation: unknown, input: unknown): Promise<unknown> {
  const size = sizeOf([id, operation, input])
  if (typeof size === 'string')
    return refused(size === 'kind' ? 'invalid-input' : 'too-large', excessWords(size))
  const end = underWay.begin(id, size)
  if (typeof end === 'string') return refused('too-large', end)
  try {
    return await ipcRenderer.invoke('lamina:call', { id, operation, input })
  } finally {
    end()
  }
}

function refused(kind: 'too-large' | 'invalid-input', message: string): object {
  return { ok: false, failure: { kind, message } }
}

/** Only what is under way is cancelled, and once: the main process hears of nothing else. */
function cancel(id: unknown): void {
  if (underWay.cancel(id)) ipcRenderer.send('lamina:cancel', { id })
}

const listeners = new Set<(event: LaminaEvent) => void>()

/** Gives the function that ends it. */
function onEvent(listener: unknown): () => void {
  if (typeof listener !== 'function') throw new TypeError('Only a function can hear events.')
  if (listeners.size >= mostListeners) throw new RangeError('Too many listen to events already.')
  const hear = (told: LaminaEvent) => {
    // One that fails keeps the event from nobody else.
    try {
      Reflect.apply(listener, undefined, [told])
    } catch (error) {
      reportError(error)
    }
  }
  listeners.add(hear)
  return () => {
    listeners.delete(hear)
  }
}

// The event object of Electron stays here: its `sender` would hand the page the whole of ipcRenderer.
ipcRenderer.on('lamina:event', (_event, told: LaminaEvent) => {
  for (const hear of [...listeners]) hear(told)
})

contextBridge.exposeInMainWorld('lamina', { call, cancel, onEvent })
