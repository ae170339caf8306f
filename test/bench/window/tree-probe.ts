import type { Page } from 'playwright'

/** Prepares a page for what is measured in it. */
export async function prepareProbe(page: Page): Promise<void> {
  // tsx names functions through a helper that exists in its own files only.
  await page.evaluate('globalThis.__name = (named) => named')
}

/**
 * Milliseconds from the moment the window got an input (the one that `act` makes last) until the first frame in which the tree shows
 * something else: other rows, or another number of them.
 */
export async function inputToRows(page: Page, act: () => Promise<unknown>): Promise<number> {
  await page.evaluate(watchForRows)
  await act()
  return await page.evaluate(() => Reflect.get(globalThis, 'rowsDrawn') as Promise<number>)
}

function watchForRows(): void {
  const shown = (): string => {
    const tree = document.querySelector('[data-tree]')
    const rows = [...document.querySelectorAll('[data-tree] [role=row]')].map((row) => row.textContent)
    return `${tree?.getAttribute('aria-rowcount') ?? ''}\n${rows.join('\n')}`
  }
  const before = shown()
  let began = NaN
  const note = (event: Event): void => {
    if (Number.isNaN(began)) began = event.timeStamp
  }
  for (const name of ['click', 'input']) addEventListener(name, note, { capture: true, once: true })
  const drawn = new Promise<number>((resolve) => {
    const look = (): void => {
      if (!Number.isNaN(began) && shown() !== before) resolve(performance.now() - began)
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  Reflect.set(globalThis, 'rowsDrawn', drawn)
}

/** Clicks on a container; resolves with the milliseconds to its first rows and to all of them on the screen. */
export interface Opened {
  readonly firstRows: number
  readonly complete: number
}

export async function openContainer(page: Page, name: string): Promise<Opened> {
  const button = page.getByRole('button', { name: new RegExp(`^${name}, `) })
  return await button.evaluate(rowsAfterClick)
}

function rowsAfterClick(button: HTMLElement | SVGElement): Promise<Opened> {
  return new Promise((resolve) => {
    const rows = (): string =>
      [...document.querySelectorAll('[data-tree] [role=row]')].map((row) => row.textContent).join('\n')
    const before = rows()
    const began = performance.now()
    let firstRows: number | undefined
    const look = (): void => {
      const now = rows()
      if (now !== before && now.includes('new')) firstRows ??= performance.now() - began
      const isBusy = document.querySelector('[data-tree]')?.getAttribute('aria-busy') !== 'false'
      if (firstRows !== undefined && !isBusy) resolve({ firstRows, complete: performance.now() - began })
      else requestAnimationFrame(look)
    }
    button.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    requestAnimationFrame(look)
  })
}
