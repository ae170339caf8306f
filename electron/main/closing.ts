import { app, type BrowserWindow, dialog } from 'electron'
import type { Lamina } from '../operations/lamina'
import { chosenTexts } from './preferences'

/** While something that must not be lost is under way, closing the window or quitting asks first. */
export function askBeforeClosing(window: BrowserWindow, lamina: Lamina): void {
  let isDecided = false
  let isAsking = false
  window.on('close', (event) => {
    if (isDecided || lamina.busy().length === 0) return
    event.preventDefault()
    if (isAsking) return
    isAsking = true
    askToQuit(window, lamina)
      .then((quits) => {
        isDecided = quits
        if (quits) app.quit()
      })
      .catch((error: unknown) => {
        console.error('The question before closing failed:', error)
      })
      .finally(() => {
        isAsking = false
      })
  })
}

async function askToQuit(window: BrowserWindow, lamina: Lamina): Promise<boolean> {
  const { quit, undo } = await chosenTexts(lamina)
  const { message, detail } = lamina.busy().includes('snapshots.commit') ? quit : undo
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
