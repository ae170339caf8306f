import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { externalAddresses } from '../../electron/main/page/external-addresses'
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

  // Point 13: what is left of a page under another address, also when it is loaded anew.
  test.each([
    `history.pushState({}, '', '/other')`,
    `history.pushState({}, '', '/index.html?x'); location.reload()`,
    `location.href = 'app://lamina/index.html#x'`,
    `for (let i = 0; i < 30; i += 1) history.pushState({}, '', '#' + i)`,
    `location.href = 'app://lamina/' + 'x'.repeat(3_000_000)`,
    `location.href = 'about:srcdoc'`,
    `addEventListener('beforeunload', (event) => event.preventDefault()); location.href = 'about:blank'`,
    `navigation.addEventListener('navigate', (event) => event.canIntercept && event.intercept()); location.href = 'about:blank'`,
    `const meta = document.createElement('meta'); meta.httpEquiv = 'refresh'; meta.content = '0;url=about:blank'; document.head.append(meta)`,
    `const frame = document.createElement('iframe'); document.body.append(frame); frame.contentWindow.top.location = 'about:blank'`,
  ])('under another address leads back: %s', async (script) => {
    const { app, page } = subject
    await page.evaluate(`void (window.isLeft = true)`)
    await page.evaluate(`setTimeout(() => { ${script} })`).catch(() => undefined)
    await expect.poll(() => page.evaluate('window.isLeft').catch(() => true)).toBeUndefined()
    await expect
      .poll(() =>
        app.evaluate(({ webContents }) => webContents.getAllWebContents().map((one) => one.getURL())),
      )
      .toEqual(['app://lamina/index.html'])
    await page.getByRole('button', { name: 'Settings' }).waitFor()
  })

  // The page's own dialogs stand the window still, and one for printing comes from the system.
  test('opens no dialog', async () => {
    expect(await attempt(subject.page, `String([alert('a'), confirm('a'), print()])`)).toBe(',false,')
  })

  test('does not name the window', async () => {
    await attempt(subject.page, `void (document.title = 'Enter your password')`)
    await attempt(subject.page, `new Promise((resolve) => requestAnimationFrame(resolve))`)
    expect(
      await subject.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle()),
    ).toBe('Lamina')
  })

  // A file or a link is let fall on the window.
  test('is not led away by what is dropped', async () => {
    const { app, page } = subject
    const client = await page.context().newCDPSession(page)
    await app.evaluate(({ BrowserWindow }) => {
      const told: string[] = []
      Reflect.set(globalThis, 'drops', told)
      BrowserWindow.getAllWindows()[0]?.webContents.on('did-navigate', (_, url) => told.push(url))
    })
    for (const data of [
      { items: [], files: ['/etc/passwd'], dragOperationsMask: 1 },
      { items: [{ mimeType: 'text/uri-list', data: 'https://example.com/' }], dragOperationsMask: 1 },
    ])
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
        await client.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data })
    expect(await attempt(page, `window.lamina.call('j-1', 'settings.get', {}).then(({ ok }) => ok)`)).toBe(
      'true',
    )
    expect(await app.evaluate(() => Reflect.get(globalThis, 'drops') as string[])).toEqual([])
  })

  // What the page waits for is its own: a refused address is no new page.
  test('that is refused leaves what is under way', async () => {
    const { app, page } = subject
    const held = createServer()
    onTestFinished(() => void held.close())
    await once(held.listen(0, '127.0.0.1'), 'listening')
    const { port } = held.address() as AddressInfo
    const connected = once(held, 'connection') as Promise<[Socket]>
    const added = `window.lamina.call('k-1', 'hosts.add', { host: 'ssh://tester@127.0.0.1:${String(port)}' }).then(({ value }) => value.hostId)`
    const hostId = await attempt(page, added)
    await page.evaluate(
      `void window.lamina.call('k-2', 'hosts.connect', { hostId: '${hostId}' }).then((result) => { window.result = JSON.stringify(result) })`,
    )
    const [socket] = await connected
    await app.evaluate(({ BrowserWindow }) => {
      Reflect.set(
        globalThis,
        'refused',
        new Promise((resolve) =>
          BrowserWindow.getAllWindows()[0]?.webContents.once('will-frame-navigate', resolve),
        ),
      )
    })
    await attempt(page, `(() => { location.href = 'https://example.com/' })()`)
    await app.evaluate(async () => void (await Reflect.get(globalThis, 'refused')))
    socket.end('no SSH\r\n')
    await expect.poll(() => attempt(page, 'window.result')).toContain('"ok":false')
    expect(await attempt(page, 'window.result')).not.toContain('"cancelled"')
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
  test('hands nothing to the system; the menu has listed https addresses alone', async () => {
    await subject.app.evaluate(({ shell }) => {
      const opened: string[] = []
      Reflect.set(globalThis, 'opened', opened)
      // Nothing may really open while testing.
      shell.openExternal = (address) => {
        opened.push(address)
        return Promise.resolve()
      }
    })
    const known = Object.values(externalAddresses)
    for (const address of [...known, 'https://example.com/', 'file:///bin/sh', 'smb://host/share'])
      await attempt(subject.page, `window.open('${address}')`)
    await subject.app.evaluate(({ Menu }) => {
      const help = Menu.getApplicationMenu()?.items.find(({ role }) => role === 'help')
      for (const item of help?.submenu?.items ?? []) item.click()
    })
    await expect
      .poll(() => subject.app.evaluate(() => JSON.stringify(Reflect.get(globalThis, 'opened'))))
      .toBe(JSON.stringify(known))
    expect(known.every((address) => address.startsWith('https://'))).toBe(true)
  })

  // Points 11 and 12: script makes a webview and gives it Node.
  test('makes no webview', async () => {
    const kind = `(() => { const view = document.createElement('webview'); view.setAttribute('nodeintegration', ''); view.src = 'https://example.com/'; document.body.append(view); return typeof view.getWebContentsId })()`
    expect(await attempt(subject.page, kind)).toBe('undefined')
    expect(await subject.app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1)
  })
})
