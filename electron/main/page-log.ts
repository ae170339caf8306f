import type { BrowserWindow } from 'electron'
import { cleanText, placesIn } from '../core/log-line'
import { log } from './log'

/** Characters of one complaint that are looked at. */
const mostRead = 4000

/**
 * Writes down what the page has on its console as warnings and errors, what nobody caught in it among them. Chromium tells that by itself:
 * the page has no way of its own into the log.
 */
export function logPage(window: BrowserWindow): void {
  window.webContents.on('console-message', ({ level, message, lineNumber, sourceId }) => {
    if (level !== 'warning' && level !== 'error') return
    const said = message.slice(0, mostRead)
    const source = sourceId.slice(-200)
    const facts = {
      message: cleanText(said),
      at: placesIn(said) || `${source.slice(source.lastIndexOf('/') + 1)}:${String(lineNumber)}`,
    }
    log.warning('page.complained', { console: level, ...facts })
  })
  window.webContents.on('preload-error', (_event, _path, error) => {
    log.error('window.failed', error, { what: 'the preload script' })
  })
  window.webContents.on('unresponsive', () => {
    log.warning('page.hung')
  })
}
