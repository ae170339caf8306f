import { app, type BrowserWindow, dialog } from 'electron'
import type { OperationName } from '../../contract/contract'
import type { Lamina } from '../../operations/application'
import type { SettingsFile } from '../../storage/settings'
import { chosenTexts } from './preferences'
import { log } from '../logs/log'

/** Milliseconds to wait for the thread's word; one that says nothing must not keep the window open. */
const patience = 2000

/**
 * While something that must not be lost is under way, closing the window or quitting asks first. Gives what tells whether it was decided
 * that the window closes.
 */
export function askBeforeClosing(
  window: BrowserWindow,
  lamina: Lamina,
  settings: SettingsFile,
): () => boolean {
  let isDecided = false
  let isAsking = false
  window.on('close', (event) => {
    if (isDecided) return
    event.preventDefault()
    if (isAsking) return
    isAsking = true
    mayClose(window, lamina, settings)
      .then((may) => {
        isDecided = may
        if (may) app.quit()
      })
      .catch((error: unknown) => {
        log.error('window.failed', error, { what: 'the question before closing' })
      })
      .finally(() => {
        isAsking = false
      })
  })
  return () => isDecided
}

async function mayClose(window: BrowserWindow, lamina: Lamina, settings: SettingsFile): Promise<boolean> {
  const silence = new Promise<readonly OperationName[]>((resolve) => setTimeout(resolve, patience, []))
  const busy = await Promise.race([lamina.busy(), silence])
  if (busy.length === 0) return true
  const { quit, undo } = await chosenTexts(settings)
  const { message, detail } = busy.includes('snapshots.commit') ? quit : undo
  const answer = await dialog.showMessageBox(window, {
    type: 'warning',
    message,
    detail,
    buttons: [quit.wait, quit.quit],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return answer.response === 1
}
