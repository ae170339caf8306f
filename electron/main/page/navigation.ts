import { app, shell, type WebContents } from 'electron'
import { appPage } from './app-protocol'
import { externalAddresses } from './external-addresses'
import { log } from '../logs/log'

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
      if (event.url === appPage && event.isMainFrame) return
      event.preventDefault()
      // What is refused may have taken the place of what led back.
      if (contents.getURL() !== appPage)
        setImmediate(() => {
          leadBack(contents)
        })
    })
    contents.on('will-redirect', (event) => {
      event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => {
      event.preventDefault()
    })
    // An empty page is opened by the renderer itself, and asks nobody.
    contents.on('did-navigate', (_navigated, url) => {
      if (url !== appPage) leadBack(contents)
    })
    // A page that calls itself by another address would not be found under it when it is loaded again.
    contents.on('did-navigate-in-page', (_navigated, url, isMainFrame) => {
      if (isMainFrame && url !== appPage) leadBack(contents)
    })
    // What cannot be opened leaves a page that says so, and is no navigation. Lamina's own page would fail again.
    contents.on('did-fail-load', (_failed, _code, _description, url, isMainFrame) => {
      if (isMainFrame && url !== appPage) leadBack(contents)
    })
    // A page that does not want to be left would keep the window from closing without a word.
    contents.on('will-prevent-unload', (event) => {
      event.preventDefault()
    })
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    // Calls between browsers obey neither the page's policy nor the filter of requests.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
  })
}

function leadBack(contents: WebContents): void {
  if (contents.isDestroyed()) return
  contents.loadURL(appPage).catch((error: unknown) => {
    log.error('window.failed', error, { what: 'loading the page again' })
  })
}
