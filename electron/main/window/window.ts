import { app, BrowserWindow, nativeTheme } from 'electron'
import { join } from 'node:path'
import { appPage } from '../page/app-protocol'
import { keepWindowState, readWindowState } from './window-state'
import { log } from '../logs/log'

// The pages' own backgrounds (renderer/src/styles), shown until the first paint.
const backgrounds = { light: '#ffffff', dark: '#16181d' }

/** Opens Lamina's window, hidden until it can be shown without a flash; `outDir` is the folder that the build wrote. */
export function openWindow(outDir: string, statePath: string): BrowserWindow {
  const state = readWindowState(statePath)
  const window = new BrowserWindow({
    ...state.bounds,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Lamina',
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    webPreferences: {
      preload: join(outDir, 'preload', 'index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  })
  if (state.maximized) window.maximize()
  keepWindowState(window, statePath)
  // The system shows it as the program's own word.
  window.on('page-title-updated', (event) => {
    event.preventDefault()
  })
  window.once('ready-to-show', () => {
    window.show()
  })
  window.loadURL(appPage).catch((error: unknown) => {
    log.error('window.failed', error, { what: 'loading the page' })
  })
  return window
}
