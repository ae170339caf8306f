import { app, type BrowserWindow, dialog } from 'electron'
import { appPage } from '../page/app-protocol'
import type { SettingsFile } from '../../storage/settings'
import { chosenTexts } from './preferences'
import type { LaminaThread } from '../thread/lamina-thread'
import { log } from '../logs/log'

type Problem = 'crashed' | 'hung' | 'lost'

/**
 * Offers to reload the page when its process crashed or hangs, which the thread survives, and when the thread has ended, and with
 * it what the page has open.
 */
export function offerReloadAfterCrash(
  window: BrowserWindow,
  lamina: LaminaThread,
  settings: SettingsFile,
): void {
  let isAsking = false
  const offer = (problem: Problem) => {
    if (isAsking || window.isDestroyed()) return
    isAsking = true
    ask(window, settings, problem)
      .catch((error: unknown) => {
        log.error('window.failed', error, { what: 'the question after a crash' })
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
  window.once(
    'closed',
    lamina.onLost(() => {
      offer('lost')
    }),
  )
}

async function ask(window: BrowserWindow, settings: SettingsFile, problem: Problem): Promise<void> {
  const { crash } = await chosenTexts(settings)
  const answer = await dialog.showMessageBox(window, {
    type: 'error',
    message: { hung: crash.hung, crashed: crash.message, lost: crash.lost }[problem],
    detail: problem === 'lost' ? crash.lostDetail : crash.detail,
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
