import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { externalAddresses } from '../../electron/main/external-addresses'
import { type AppUnderTest, attempt, startApp } from './app-under-test'

let subject: AppUnderTest
beforeAll(async () => {
  subject = await startApp()
})
afterAll(() => subject.close())

describe('A link in the page', () => {
  // Point 13: a name shown in the list is a link to a page that looks like Lamina and is given its preload.
  test('cannot lead the window away', async () => {
    for (const address of [
      'https://example.com/',
      'file:///etc/passwd',
      'data:text/html,hello',
      'app://lamina/other.html',
    ]) {
      await attempt(subject.page, `(() => { location.href = '${address}' })()`)
      await subject.page.waitForTimeout(200)
      expect(subject.page.url()).toBe('app://lamina/index.html')
    }
  })

  // Point 13: a frame inside the page goes where the page itself may not.
  test('cannot open a frame on a stranger', async () => {
    await attempt(
      subject.page,
      `(() => { const frame = document.createElement('iframe'); frame.src = 'https://example.com/'; document.body.append(frame) })()`,
    )
    await subject.page.waitForTimeout(200)
    expect(subject.page.frames().map((frame) => frame.url())).not.toContain('https://example.com/')
  })

  // Point 14: script opens windows, which would have preferences of its choice.
  test('opens no window', async () => {
    for (const address of [
      'https://example.com/',
      'app://lamina/index.html',
      'about:blank',
      'file:///etc/passwd',
    ])
      expect(await attempt(subject.page, `window.open('${address}', '_blank', 'nodeIntegration=yes')`)).toBe(
        'null',
      )
    expect(await subject.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })

  // Point 15: the system is handed an address that starts a program: file:, smb:, a handler with arguments.
  test('hands only listed https addresses to the system', async () => {
    await subject.app.evaluate(({ shell }) => {
      const opened: string[] = []
      Reflect.set(globalThis, 'opened', opened)
      // Nothing may really open while testing.
      shell.openExternal = (address) => {
        opened.push(address)
        return Promise.resolve()
      }
    })
    const known = externalAddresses.storage
    const strangers = [
      'https://example.com/',
      'file:///bin/sh',
      'smb://host/share',
      'javascript:alert(1)',
      `${known}?x=1`,
    ]
    for (const address of [...strangers, known]) await attempt(subject.page, `window.open('${address}')`)
    await expect
      .poll(() => subject.app.evaluate(() => JSON.stringify(Reflect.get(globalThis, 'opened'))))
      .toBe(JSON.stringify([known]))
    expect(Object.values(externalAddresses).every((address) => address.startsWith('https://'))).toBe(true)
  })

  // Points 11 and 12: script makes a webview and gives it Node.
  test('makes no webview', async () => {
    const kind = `(() => { const view = document.createElement('webview'); view.setAttribute('nodeintegration', ''); view.src = 'https://example.com/'; document.body.append(view); return typeof view.getWebContentsId })()`
    expect(await attempt(subject.page, kind)).toBe('undefined')
    expect(await subject.app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1)
  })
})
