import type { BrowserWindow } from 'electron'
import { cleanText, placesIn } from '../../core/logs/log-line'
import { log } from './log'

/** Characters of one complaint that are looked at. */
const mostRead = 4000
const levelsByNumber = ['debug', 'info', 'warning', 'error'] as const

/**
 * Writes down what the page has on its console as warnings and errors, what nobody caught in it among them. Chromium tells that by itself:
 * the page has no way of its own into the log.
 */
export function logPage(window: BrowserWindow): void {
  // Electron before 35, which stands in for the own one on some machines, gives arguments after the event in the place of its fields.
  window.webContents.on('console-message', (event, ...[number, text, line, file]) => {
    const level = levelsByNumber[number] ?? event.level
    if (level !== 'warning' && level !== 'error') return
    const said = text.slice(0, mostRead)
    const place = `${file.slice(-200).replace(/^.*\//, '')}:${String(line)}`
    log.warning('page.complained', { console: level, message: cleanText(said), at: placesIn(said) || place })
  })
  window.webContents.on('preload-error', (_event, _path, error) => {
    log.error('window.failed', error, { what: 'the preload script' })
  })
  window.webContents.on('unresponsive', () => {
    log.warning('page.hung')
  })
}
