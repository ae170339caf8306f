import { app, type BrowserWindow } from 'electron'
import type { EventEmitter } from 'node:events'
import { join } from 'node:path'
import type { SettingsFile } from '../storage/settings'
import { askBeforeClosing } from './window/closing'
import { connectWindow } from './ipc'
import { logPage } from './logs/page-log'
import { offerReloadAfterCrash } from './window/renderer-health'
import type { LaminaThread } from './thread/lamina-thread'
import { openWindow } from './window/window'

interface Around {
  /** The folder that the build wrote. */
  readonly outDir: string
  readonly dataDir: string
  readonly lamina: LaminaThread
  readonly settings: SettingsFile
}

/**
 * Lamina's one window. A page may close its window without any question, in Electron also one that no script opened: such a window comes
 * back, and what runs goes on.
 */
export class LaminaWindow {
  readonly #around: Around
  #shown: { readonly window: BrowserWindow; readonly disconnect: () => void }
  #isTakenAway = false

  /** Opens the window; the app is ready. */
  constructor(around: Around) {
    this.#around = around
    this.#shown = this.#show()
    app.on('window-all-closed', () => {
      if (!this.#isTakenAway) app.quit()
    })
  }

  /** The window as it is now. */
  get current(): BrowserWindow {
    return this.#shown.window
  }

  /** Ends what the page may ask for. */
  disconnect(): void {
    this.#shown.disconnect()
  }

  #show(): { window: BrowserWindow; disconnect: () => void } {
    const { outDir, dataDir, lamina, settings } = this.#around
    const window = openWindow(outDir, join(dataDir, 'window.json'))
    logPage(window)
    const disconnect = connectWindow(window, lamina)
    const isDecided = askBeforeClosing(window, lamina, settings)
    offerReloadAfterCrash(window, lamina, settings)
    // Told of every page that closes, and missing in Electron's types (electron/electron#36245). Ending the process has no such event.
    const contents: EventEmitter = window.webContents
    contents.on('close', () => {
      this.#isTakenAway = !isDecided()
    })
    window.once('closed', () => {
      if (!this.#isTakenAway) return
      disconnect()
      this.#shown = this.#show()
      this.#isTakenAway = false
    })
    return { window, disconnect }
  }
}
