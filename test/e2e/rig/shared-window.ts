import type { ElectronApplication, Page } from 'playwright'
import { afterAll, expect, onTestFinished } from 'vitest'
import { firstSettings } from '../../../electron/core/settings/first-settings'
import { failedWith, openWindow, resize, usualSize, whatIsShown } from './window'
import type { LaminaWindow, OpenedWindow } from './window'

/**
 * One process for all tests of a file that need none of their own: each opens its window as a first start would show it. A test that fails takes
 * the process with it.
 */
export function sharedWindow(dockerHost: () => string): () => Promise<LaminaWindow> {
  let window: OpenedWindow | undefined

  const end = async (): Promise<void> => {
    await window?.close()
    window = undefined
  }
  afterAll(end)

  return async () => {
    if (window === undefined) {
      window = await openWindow({ dockerHost: dockerHost() })
      await rememberDialogs(window.app)
    } else await startAnew(window)
    await expectFirstStart(window.page)
    await noteListings(window.page)
    onTestFinished(async ({ task }) => {
      if (window === undefined) return
      const { app, takeProblems } = window
      const hasFailed = task.result?.state === 'fail'
      const shown = hasFailed ? await whatIsShown(app) : undefined
      const problems = takeProblems()
      if (hasFailed || problems.length > 0) await end()
      expect(problems).toEqual([])
      if (shown !== undefined) throw failedWith(shown)
    })
    return window
  }
}

/** What a person chose and what the page keeps are forgotten, and the page begins anew. */
async function startAnew({ app, page }: LaminaWindow): Promise<void> {
  await page.evaluate(
    async ({ settings }) => {
      for (const listingId of window.listingsOfTests)
        await window.lamina.call(`close-${listingId}`, 'changes.close', { listingId })
      await window.lamina.call('first-settings', 'settings.set', settings)
      localStorage.clear()
      sessionStorage.clear()
    },
    { settings: firstSettings },
  )
  await app.evaluate(({ app: electronApp, clipboard, dialog, nativeTheme }) => {
    Object.assign(dialog, Reflect.get(electronApp, 'dialogsOfTests'))
    nativeTheme.themeSource = 'system'
    clipboard.clear()
  })
  await resize(app, usualSize.width, usualSize.height)
  await page.mouse.move(0, 0)
  await page.reload()
}

/** Tests answer dialogs of the system, which nobody else could. */
async function rememberDialogs(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ app: electronApp, dialog }) => {
    const { showSaveDialog, showMessageBox } = dialog
    Object.assign(electronApp, { dialogsOfTests: { showSaveDialog, showMessageBox } })
  })
}

/** Nothing is left of the tests before. */
async function expectFirstStart(page: Page): Promise<void> {
  const known = await page.evaluate(async () => {
    const ask = (operation: string, input: object = {}) =>
      window.lamina.call(`first-${operation}`, operation, input)
    return {
      settings: await ask('settings.get'),
      hosts: await ask('hosts.list'),
      prompts: await ask('prompts.list'),
      unfinished: await ask('snapshots.unfinished', { hostId: 'local' }),
      kept: Object.keys(localStorage),
    }
  })
  expect(known).toEqual({
    settings: { ok: true, value: firstSettings },
    hosts: { ok: true, value: [expect.objectContaining({ hostId: 'local' })] },
    prompts: { ok: true, value: [] },
    unfinished: { ok: true, value: [] },
    kept: [],
  })
}

/** A page that is loaded anew leaves its listings open, and live ones go on looking at their containers. */
async function noteListings(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.listingsOfTests = new Set()
    window.lamina.onEvent(({ name, payload }) => {
      if (name === 'changes.progressed') window.listingsOfTests.add(payload.listingId)
    })
  })
}

/** Looks again at what is listed, as F5 does where no menu keeps the key for itself. */
export async function refreshListings(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const listingId of window.listingsOfTests)
      await window.lamina.call(`refresh-${listingId}`, 'changes.refresh', { listingId })
  })
}

declare global {
  interface Window {
    /** What the preload gives to the page. */
    lamina: {
      call(id: string, operation: string, input: object): Promise<unknown>
      onEvent(listener: (event: { name: string; payload: { listingId: string } }) => void): () => void
    }
    listingsOfTests: Set<string>
  }
}
