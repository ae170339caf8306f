import { type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from 'electron'
import { isOperationName } from '../contract/contract'
import type { FailureKind, Result } from '../core/base/failure'
import { mostCallsAtOnce } from '../core/messages/calls-under-way'
import type { Lamina } from '../operations/application'
import { appOrigin, appPage } from './page/app-protocol'
import { log } from './logs/log'

interface CallRequest {
  readonly id: string
  readonly operation: string
  readonly input: unknown
}

/**
 * Connects the window's page with the dispatcher: calls, cancelling, events. What does not come from the main frame
 * of our own window, or is not shaped as the preload shapes it, is refused. Answers with what disconnects them.
 */
export function connectWindow(window: BrowserWindow, lamina: Lamina): () => void {
  const running = new Map<string, { readonly operation: string; readonly controller: AbortController }>()

  // What is refused is answered: Electron would write what is thrown to the console, each time.
  ipcMain.handle('lamina:call', async (event, request: unknown): Promise<Result<unknown>> => {
    const result = await answer(event, request)
    if (!result.ok) noteRefusal(request, result.failure.kind)
    return result
  })

  const answer = async (event: IpcMainInvokeEvent, request: unknown): Promise<Result<unknown>> => {
    if (!isOurPage(event, window))
      return refused('permission-denied', 'The sender is not the page of this window.')
    if (!isCallRequest(request)) return refused('invalid-input', 'This is not a call.')
    if (running.has(request.id)) return refused('conflict', 'A call with this id is under way.')
    if (running.size >= mostCallsAtOnce)
      return refused('too-large', `More than ${String(mostCallsAtOnce)} calls are under way at once.`)
    const controller = new AbortController()
    running.set(request.id, { operation: request.operation, controller })
    try {
      return await lamina.call(request.operation, request.input, { signal: controller.signal })
    } finally {
      running.delete(request.id)
    }
  }

  const cancel = (event: IpcMainEvent, request: unknown) => {
    if (!isOurPage(event, window)) return
    if (isObject(request) && typeof request.id === 'string') running.get(request.id)?.controller.abort()
  }
  ipcMain.on('lamina:cancel', cancel)

  const stopListening = lamina.on((told) => {
    if (!window.isDestroyed())
      window.webContents.send('lamina:event', { name: told.name, payload: told.payload })
  })

  // The page that asked is gone: nobody waits for its reads, but what must not be lost goes on.
  const abandon = () => {
    const left = [...running.values()]
    void lamina.busy().then((kept) => {
      for (const { operation, controller } of left)
        if (!kept.some((name) => name === operation)) controller.abort()
    })
  }
  window.webContents.on('render-process-gone', abandon)
  window.webContents.on('did-start-navigation', (details) => {
    // Whatever else it is led to is refused, or leads back to this.
    if (details.isMainFrame && !details.isSameDocument && details.url === appPage) abandon()
  })

  return () => {
    ipcMain.removeHandler('lamina:call')
    ipcMain.off('lamina:cancel', cancel)
    stopListening()
    abandon()
  }
}

const refusals: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'invalid-input',
  'unknown-operation',
  'permission-denied',
  'conflict',
  'too-large',
])
const noted = new Set<string>()

/** Logs each kind of refusal once for each operation: a page may go on for ever, and what it sent may hold secrets. */
function noteRefusal(request: unknown, kind: FailureKind): void {
  if (!refusals.has(kind)) return
  const name = isObject(request) ? request.operation : undefined
  const operation = typeof name === 'string' && isOperationName(name) ? name : 'unknown'
  const pair = `${operation} ${kind}`
  if (noted.has(pair)) return
  noted.add(pair)
  log.warning('page.refused', { operation, kind })
}

function refused(kind: FailureKind, message: string): Result<never> {
  return { ok: false, failure: { kind, message } }
}

/** Whether a message comes from the main frame of `window` showing Lamina's own page (checklist, point 17). */
function isOurPage(event: IpcMainEvent | IpcMainInvokeEvent, window: BrowserWindow): boolean {
  const frame = event.senderFrame
  if (frame === null || window.isDestroyed() || frame !== window.webContents.mainFrame) return false
  return frame.url.startsWith(`${appOrigin}/`)
}

function isCallRequest(value: unknown): value is CallRequest {
  if (!isObject(value)) return false
  const { id, operation } = value
  return isShortText(id, 64) && isShortText(operation, 100) && 'input' in value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isShortText(value: unknown, limit: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= limit
}
