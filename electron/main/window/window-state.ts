import { type BrowserWindow, type Rectangle, screen } from 'electron'
import { readFileSync, statSync } from 'node:fs'
import { replaceFileAtOnce } from '../../storage/files/replace-file'
import { log } from '../logs/log'

/** Size and, where it is known and still on a screen, place of the window in device-independent pixels. */
export interface WindowState {
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number }
  readonly maximized: boolean
}

const initial: WindowState = { bounds: { width: 1360, height: 860 }, maximized: false }

/** Bytes; more than any place takes. A pipe would be waited for. */
const largest = 64 * 1024

/** Where the window was when it was last closed; the default where the file is missing, broken, or off every screen. */
export function readWindowState(path: string): WindowState {
  let saved: unknown
  try {
    const found = statSync(path)
    if (!found.isFile() || found.size > largest) return initial
    saved = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // A first start, or a file cut off by a crash: neither is worth a word.
    return initial
  }
  if (!isWindowState(saved)) return initial
  const { x, y, width, height } = saved.bounds
  const isVisible = screen.getAllDisplays().some(({ workArea }) => {
    const right = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x)
    const below = Math.min(y + height, workArea.y + workArea.height) - Math.max(y, workArea.y)
    return right > 100 && below > 100
  })
  return isVisible ? saved : { bounds: { width, height }, maximized: saved.maximized }
}

/** Keeps the window's place in `path` whenever it closes. */
export function keepWindowState(window: BrowserWindow, path: string): void {
  window.on('close', () => {
    const state: WindowState = { bounds: window.getNormalBounds(), maximized: window.isMaximized() }
    try {
      replaceFileAtOnce(path, JSON.stringify(state))
    } catch (error) {
      log.error('window.failed', error, { what: 'keeping the place of the window' })
    }
  })
}

function isWindowState(value: unknown): value is WindowState & { readonly bounds: Rectangle } {
  if (typeof value !== 'object' || value === null || !('bounds' in value) || !('maximized' in value))
    return false
  const { bounds, maximized } = value
  if (typeof bounds !== 'object' || bounds === null || typeof maximized !== 'boolean') return false
  const numbers = ['x', 'y', 'width', 'height'].map((name): unknown => Reflect.get(bounds, name))
  return numbers.every(
    (number) => typeof number === 'number' && Number.isSafeInteger(number) && Math.abs(number) < 100_000,
  )
}
