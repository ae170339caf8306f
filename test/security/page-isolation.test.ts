import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AppUnderTest, attempt, startApp } from './app-under-test'

let subject: AppUnderTest
beforeAll(async () => {
  subject = await startApp()
})
afterAll(() => subject.close())

describe('A page that was taken over', () => {
  // Points 2 and 4: script that got into the page asks Node for a shell.
  test('finds no Node: no require, process, module, Buffer', async () => {
    for (const name of ['require', 'process', 'module', 'Buffer', 'global', '__dirname'])
      expect(await attempt(subject.page, `typeof globalThis.${name}`)).toBe('undefined')
  })

  // Point 2: a worker may have Node where the page has none.
  test('finds no Node in a worker either', async () => {
    expect(await webPreferences()).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
    })
    const started = `new Promise((resolve) => {
      const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(typeof require)'])))
      worker.onmessage = (message) => resolve(message.data)
      worker.onerror = () => resolve('refused')
    })`
    expect(await attempt(subject.page, started)).toMatch(/^(refused|undefined)/)
  })

  // Point 3: the page changes Array.prototype to catch what the preload passes around.
  test('shares no objects with the preload', async () => {
    expect(await webPreferences()).toMatchObject({ contextIsolation: true })
    const seen = await attempt(
      subject.page,
      `(() => { window.caught = 0; const push = Array.prototype.push; Array.prototype.push = function (...items) { window.caught++; return push.apply(this, items) };
        window.lamina.cancel('nothing'); Array.prototype.push = push; return window.caught })()`,
    )
    expect(seen).toBe('0')
  })

  // Point 4: the renderer's process uses a hole in the browser to reach the disk.
  test('lives in a sandboxed renderer', async () => {
    expect(await webPreferences()).toMatchObject({ sandbox: true })
  })

  // Points 6, 8, 9, 10, 11: a later change switches a protection of the browser off.
  test('has every protection of the browser switched on', async () => {
    expect(await webPreferences()).toMatchObject({
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    })
    expect((await webPreferences()).enableBlinkFeatures ?? '').toBe('')
  })

  // Point 20: the page looks for ipcRenderer, or for an event object whose `sender` leads to it.
  test('is given three functions and nothing of Electron', async () => {
    expect(await attempt(subject.page, `Object.keys(window.lamina).sort().join()`)).toBe(
      'call,cancel,onEvent',
    )
    expect(await attempt(subject.page, `typeof window.electron + typeof window.ipcRenderer`)).toBe(
      'undefinedundefined',
    )
    await attempt(
      subject.page,
      `void (window.heard = new Promise((resolve) => {
        window.lamina.onEvent((...heard) => {
          if (heard[0].name === 'test.told') resolve(JSON.stringify([heard.length, Object.keys(heard[0]).sort()]))
        })
      }))`,
    )
    await subject.app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.webContents.send('lamina:event', { name: 'test.told', payload: {} })
    })
    expect(await attempt(subject.page, 'window.heard')).toBe('[1,["name","payload"]]')
  })

  // The page replaces what the preload exposed, so that a later caller's secrets go through the attacker's function.
  test('cannot replace what the preload exposed', async () => {
    await attempt(subject.page, `window.lamina.call = () => 'mine'`)
    await attempt(subject.page, `(window.lamina = { call: () => 'mine' })`)
    expect(await attempt(subject.page, `String(window.lamina.call).includes('mine')`)).toBe('false')
  })
})

async function webPreferences(): Promise<Record<string, unknown>> {
  return await subject.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    // Not in the type declarations: the preferences as Electron really applied them.
    const read: unknown = contents === undefined ? undefined : Reflect.get(contents, 'getLastWebPreferences')
    const found: unknown = typeof read === 'function' ? read.call(contents) : {}
    return { ...(found as Record<string, unknown>) }
  })
}
