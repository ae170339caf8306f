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
    // What becomes of each is told by whoever refuses it: the main process, or the browser before that is asked.
    const complaints: string[] = []
    subject.page.on('console', (message) => complaints.push(message.text()))
    await subject.app.evaluate(({ BrowserWindow }) => {
      const told: string[] = []
      Reflect.set(globalThis, 'navigations', told)
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      contents?.on('will-frame-navigate', ({ url, defaultPrevented }) => {
        told.push(`${defaultPrevented ? 'refused' : 'let through'} ${url}`)
      })
    })
    const told = () => subject.app.evaluate(() => Reflect.get(globalThis, 'navigations') as string[])
    for (const [address, refusal] of [
      ['https://example.com/', 'refused https://example.com/'],
      ['file:///etc/passwd', 'Not allowed to load local resource: file:///etc/passwd'],
      ['data:text/html,hello', 'Not allowed to navigate top frame to data URL: data:text/html,hello'],
      ['app://lamina/other.html', 'refused app://lamina/other.html'],
    ] as const) {
      await attempt(subject.page, `(() => { location.href = '${address}' })()`)
      await expect.poll(async () => [...(await told()), ...complaints]).toContain(refusal)
      expect(subject.page.url()).toBe('app://lamina/index.html')
    }
    expect((await told()).filter((one) => one.startsWith('let through'))).toEqual([])
  })

  // Point 13: an empty page, which the renderer opens without asking, leaves a window that nothing brings back.
  test.each([
    `location.href = 'about:blank'`,
    `window.open('about:blank', '_self')`,
    `location.replace('about:blank#x')`,
    `(() => { const link = document.createElement('a'); link.href = 'about:blank'; document.body.append(link); link.click() })()`,
    `(() => { const form = document.createElement('form'); form.action = 'about:blank'; document.body.append(form); form.submit() })()`,
    `window.open('', '_self')`,
    `document.open()`,
  ])('to an empty page leads back: %s', async (script) => {
    const { page } = subject
    // The script's own answer may go with its page.
    await page.evaluate(`setTimeout(() => { ${script} })`).catch(() => undefined)
    await expect.poll(() => page.url()).toBe('app://lamina/index.html')
    await expect
      .poll(() =>
        page
          .evaluate(`window.lamina.call('h-' + Math.random(), 'settings.get', {}).then(({ ok }) => ok)`)
          .catch(() => false),
      )
      .toBe(true)
    await page.reload()
    await page.getByRole('button', { name: 'Settings' }).waitFor()
  })

  // Point 13: a frame inside the page goes where the page itself may not.
  test('cannot open a frame on a stranger', async () => {
    const outcome = `new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
        resolve(effectiveDirective + ' ' + blockedURI))
      const frame = document.createElement('iframe'); frame.src = 'https://example.com/'; document.body.append(frame)
    })`
    expect(await attempt(subject.page, outcome)).toBe('frame-src https://example.com')
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
