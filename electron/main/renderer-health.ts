import { app, type BrowserWindow, dialog } from 'electron'
import type { Lamina } from '../operations/lamina'
import { appPage } from './app-protocol'
import { chosenTexts } from './preferences'

/** Offers to reload the page when its process crashed or hangs; the dispatcher lives in this process and goes on. */
export function offerReloadAfterCrash(window: BrowserWindow, lamina: Lamina): void {
  let isAsking = false
  const offer = (problem: 'crashed' | 'hung') => {
    if (isAsking || window.isDestroyed()) return
    isAsking = true
    ask(window, lamina, problem)
      .catch((error: unknown) => {
        console.error('The question after a crash failed:', error)
      })
      .finally(() => {
        isAsking = false
      })
  }
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason !== 'clean-exit') offer('crashed')
  })
  window.webContents.on('unresponsive', () => {
    offer('hung')
  })
}

async function ask(window: BrowserWindow, lamina: Lamina, problem: 'crashed' | 'hung'): Promise<void> {
  const { crash } = await chosenTexts(lamina)
  const answer = await dialog.showMessageBox(window, {
    type: 'error',
    message: problem === 'hung' ? crash.hung : crash.message,
    detail: crash.detail,
    buttons: problem === 'hung' ? [crash.wait, crash.reload, crash.quit] : [crash.reload, crash.quit],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  const choice = problem === 'hung' ? answer.response - 1 : answer.response
  if (choice === 1) app.quit()
  if (choice !== 0 || window.isDestroyed()) return
  if (problem === 'hung') window.webContents.forcefullyCrashRenderer()
  await window.loadURL(appPage)
}
