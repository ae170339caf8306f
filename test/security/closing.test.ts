import type { Page } from 'playwright'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AppUnderTest, startApp } from './app-under-test'

let subject: AppUnderTest
beforeEach(async () => {
  subject = await startApp()
})
afterEach(() => subject.close())

async function works(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).waitFor()
  expect(await page.evaluate(`window.lamina.call('a-1', 'settings.get', {}).then(({ ok }) => ok)`)).toBe(true)
}

describe('A page that closes its window', () => {
  // Electron asks nobody, and a snapshot that is under way would lose its window without a question.
  test.each([
    'window.close()',
    `(() => { history.pushState({}, ''); window.close() })()`,
    `(() => { const frame = document.createElement('iframe'); document.body.append(frame); frame.contentWindow.close.call(window) })()`,
    `(() => { const frame = document.createElement('iframe'); document.body.append(frame); frame.contentWindow.top.close() })()`,
  ])('has another one opened: %s', async (script) => {
    const { app, page } = subject
    const opened = app.waitForEvent('window')
    await page.evaluate(`setTimeout(() => { ${script} })`)
    const another = await opened
    await works(another)
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
    // The menu means the window that is there.
    await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('settings')?.click())
    await another.getByRole('menu', { name: 'Settings' }).waitFor()
  })

  test('has one as often as it does so', async () => {
    for (const _ of [1, 2, 3]) {
      const { app } = subject
      const opened = app.waitForEvent('window')
      await app.windows()[0]?.evaluate(`setTimeout(() => { window.close() })`)
      await works(await opened)
    }
  })
})

describe('A person who closes the window', () => {
  test('ends Lamina, also after its page has closed it', async () => {
    const { app, page } = subject
    const opened = app.waitForEvent('window')
    await page.evaluate(`setTimeout(() => { window.close() })`)
    await works(await opened)
    const ended = app.waitForEvent('close')
    await app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.close()
    })
    await ended
  })
})
