import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AppUnderTest, attempt, startApp } from './app-under-test'
import { repository } from '../engines/repository'

let subject: AppUnderTest
beforeAll(async () => {
  subject = await startApp()
})
afterAll(() => subject.close())

describe('A message to the main process', () => {
  const call = (id: string, operation: string) =>
    `window.lamina.call(${id}, ${operation}, {}).then(JSON.stringify)`

  test('from our page is answered', async () => {
    expect(await attempt(subject.page, call(`'a-1'`, `'settings.get'`))).toContain('"ok":true')
  })

  // Point 17: a window that somebody else managed to open has the same preload and the same channel.
  test('from another window is refused', async () => {
    const preload = join(repository, 'out', 'preload', 'index.cjs')
    const outcome = await subject.app.evaluate(async ({ BrowserWindow }, preload) => {
      const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } })
      await other.loadURL('app://lamina/index.html')
      const script = `window.lamina.call('b-1', 'settings.get', {}).then(JSON.stringify, (error) => 'refused: ' + error)`
      const answer: unknown = await other.webContents.executeJavaScript(script)
      other.destroy()
      return String(answer)
    }, preload)
    expect(outcome).toContain('The sender is not the page of this window.')
  })

  // Point 17: the frame that sent it has gone or navigated, so nobody can say who asked.
  test('from a frame that is gone is refused', async () => {
    const outcome = await subject.app.evaluate(async ({ ipcMain }) => {
      const handlers = Reflect.get(ipcMain, '_invokeHandlers') as Map<
        string,
        (...args: unknown[]) => Promise<unknown>
      >
      const handler = handlers.get('lamina:call')
      if (handler === undefined) return 'no handler'
      const event = { senderFrame: null }
      return await handler(event, { id: 'c-1', operation: 'settings.get', input: {} }).then(
        (value) => JSON.stringify(value),
        (error: unknown) => `refused: ${String(error)}`,
      )
    })
    expect(outcome).toContain('The sender is not the page of this window.')
  })

  // Point 17: a frame inside our page has our origin, and would have our rights.
  test('cannot be sent from a frame inside the page', async () => {
    const reach = `(() => { const frame = document.createElement('iframe'); document.body.append(frame); const found = typeof frame.contentWindow?.lamina; frame.remove(); return found })()`
    expect(await attempt(subject.page, reach)).toBe('undefined')
  })

  // Point 17: arguments of the wrong shape, meant to reach code that believes them.
  test('of another shape is refused, and an unknown operation is a failure', async () => {
    for (const [id, operation] of [
      ['1', `'settings.get'`],
      [`''`, `'settings.get'`],
      [`'x'.repeat(1000)`, `'settings.get'`],
      [`'d-1'`, '{}'],
      [`'d-2'`, 'null'],
    ] as const)
      expect(await attempt(subject.page, call(id, operation))).toContain('This is not a call.')
    expect(await attempt(subject.page, call(`'d-3'`, `'__proto__'`))).toContain('unknown-operation')
    expect(await attempt(subject.page, call(`'d-4'`, `'constructor'`))).toContain('unknown-operation')
  })

  // Point 17: one that keeps the main process, and with it every window and menu, at nothing but reading it.
  test.each([
    [`'a', 'settings.set', { author: 'x'.repeat(100_000_000) }`, 'more than 1048576 characters'],
    [`'a', 'settings.set', { ['x'.repeat(2_000_000)]: 1 }`, 'more than 1048576 characters'],
    [`'y'.repeat(2_000_000), 'settings.get', {}`, 'more than 1048576 characters'],
    [`'a', 'y'.repeat(2_000_000), {}`, 'more than 1048576 characters'],
    [`'a', 'settings.set', Array.from({ length: 300_000 }, () => 0)`, 'more than 250000 values'],
    [
      `'a', 'settings.set', (() => { let input = {}; for (let i = 0; i < 400; i += 1) input = { input }; return input })()`,
      'more than 16 levels deep',
    ],
    [
      `'a', 'settings.set', (() => { const circle = {}; circle.circle = circle; return circle })()`,
      'more than 16 levels deep',
    ],
    [
      `'a', 'settings.set', { get author() { return { author: 'x'.repeat(2_000_000) } } }`,
      'more than 1048576 characters',
    ],
  ])('that holds too much is refused before the main process reads it: %s', async (call, excess) => {
    const answer = await attempt(subject.page, `window.lamina.call(${call}).then(JSON.stringify)`)
    expect(answer).toContain('"kind":"too-large","message":"A call holds too much: ')
    expect(answer).toContain(excess)
  })

  // Point 17: what JSON cannot hold has a size that nobody counts, or does something when it is read.
  test.each([
    'new Uint8Array(100_000_000)',
    'new ArrayBuffer(100_000_000)',
    'new Float64Array(1)',
    'new Map([[1, 2]])',
    'new Set([1])',
    'new Date(0)',
    '/a/',
    '10n ** 100n',
  ])('that holds what JSON cannot is refused: %s', async (value) => {
    const call = `window.lamina.call('a', 'settings.set', { author: ${value} }).then(JSON.stringify)`
    expect(await attempt(subject.page, call)).toContain('"kind":"invalid-input"')
  })

  // What the bridge to the preload refuses to copy never comes so far.
  test.each([
    'new Proxy({}, { ownKeys() { throw new Error() } })',
    '{ get author() { throw new Error() } }',
    'new SharedArrayBuffer(1)',
    "Symbol('a')",
    '() => 1',
    'Promise.resolve(1)',
    'new Blob([])',
    'document.body',
    'window',
    'new MessageChannel().port1',
    'new WeakMap()',
  ])('that cannot be copied is refused or holds nothing: %s', async (value) => {
    const call = `window.lamina.call('a', 'settings.set', { author: ${value} }).then(({ ok }) => ok ? 'taken' : 'refused')`
    expect(await attempt(subject.page, call)).toMatch(/^refused/)
  })

  test('is one of a limited number at once', async () => {
    const many = `Promise.all(Array.from({ length: 20_000 }, (_, i) =>
      window.lamina.call('f-' + i, 'settings.get', {}))).then((answers) =>
        JSON.stringify([answers.filter(({ ok }) => ok).length, answers.filter(({ ok }) => !ok).length]))`
    const [answered = 0, refused = 0] = JSON.parse(await attempt(subject.page, many)) as number[]
    expect(answered + refused).toBe(20_000)
    expect(answered).toBeGreaterThanOrEqual(256)
    expect(refused).toBeGreaterThan(19_000)
    expect(await attempt(subject.page, call(`'g-1'`, `'settings.get'`))).toContain('"ok":true')
  })

  // Each within the limits, and together more than the main process reads in a moment.
  test.each([
    ['values', 'Array.from({ length: 200_000 }, () => 0)'],
    ['characters', `{ author: 'x'.repeat(1_000_000) }`],
  ])('is refused where those under way hold too many %s', async (part, input) => {
    const many = `Promise.all(Array.from({ length: 200 }, (_, i) =>
      window.lamina.call('k-' + i, 'settings.set', ${input}))).then((answers) =>
        JSON.stringify(answers.filter(({ failure }) => failure.kind === 'too-large').map(({ failure }) => failure.message)))`
    const messages = JSON.parse(await attempt(subject.page, many)) as string[]
    expect(messages.length).toBeGreaterThan(150)
    expect(messages[0]).toMatch(new RegExp(`^Calls that are under way at once hold more than \\d+ ${part}.$`))
    expect(await attempt(subject.page, call(`'l-1'`, `'settings.get'`))).toContain('"ok":true')
  })

  // Point 20: the page sends on channels of its own choice.
  test('can only use the two channels of the preload', async () => {
    const names = await subject.app.evaluate(({ ipcMain }) => {
      const handlers = Reflect.get(ipcMain, '_invokeHandlers') as Map<string, unknown>
      return [...handlers.keys(), ...ipcMain.eventNames().map(String)].filter((name) =>
        name.startsWith('lamina'),
      )
    })
    expect(names.sort()).toEqual(['lamina:call', 'lamina:cancel'])
  })
})
