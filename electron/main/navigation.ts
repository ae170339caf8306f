import { app, shell } from 'electron'
import { appPage } from './app-protocol'
import { externalAddresses } from './external-addresses'
import { log } from './log'

/** Opens an address of the fixed list in the system's browser; anything else is refused without a word to the page. */
export async function openExternal(address: string): Promise<boolean> {
  const known: readonly string[] = Object.values(externalAddresses)
  if (!known.includes(address)) return false
  await shell.openExternal(address)
  return true
}

/** Holds every web contents that ever exists to Lamina's own page: no navigation, no windows, no webviews. */
export function lockNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (event.url !== appPage) event.preventDefault()
    })
    contents.on('will-frame-navigate', (event) => {
      if (event.url !== appPage || !event.isMainFrame) event.preventDefault()
    })
    contents.on('will-redirect', (event) => {
      event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => {
      event.preventDefault()
    })
    // An empty page is opened by the renderer itself, and asks nobody.
    contents.on('did-navigate', (_navigated, url) => {
      if (url === appPage || contents.isDestroyed()) return
      contents.loadURL(appPage).catch((error: unknown) => {
        log.error('window.failed', error, { what: 'loading the page again' })
      })
    })
    contents.setWindowOpenHandler(({ url }) => {
      openExternal(url).catch((error: unknown) => {
        log.error('window.failed', error, { what: 'opening an address' })
      })
      return { action: 'deny' }
    })
  })
}
