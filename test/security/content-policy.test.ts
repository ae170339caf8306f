import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentSecurityPolicy } from '../../electron/main/page/content-security-policy'
import { type AppUnderTest, attempt, startApp } from './app-under-test'

let subject: AppUnderTest
beforeAll(async () => {
  subject = await startApp()
})
afterAll(() => subject.close())

describe('Markup that got into the page', () => {
  // Point 7: the page is changed on its way and loses its policy; so the policy is a header of the protocol.
  test('meets the content security policy, sent as a header with every file', async () => {
    const header = `(await fetch(location.href)).headers.get('content-security-policy')`
    expect(await attempt(subject.page, header)).toBe(contentSecurityPolicy)
  })

  // Point 7: a file name holds a script tag and somebody shows it with innerHTML.
  test('runs no inline script and no event handler', async () => {
    const outcome = `new Promise((resolve) => {
      const refused = new Set()
      const handled = () => { if (refused.has('image') && refused.size === 3) resolve([...refused].sort().join()) }
      Object.defineProperty(window, 'ran', { set: () => resolve('it ran') })
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        if (effectiveDirective.startsWith('script-src')) refused.add(effectiveDirective)
        handled()
      })
      const script = document.createElement('script'); script.textContent = 'window.ran = true'; document.body.append(script)
      const box = document.createElement('div'); box.innerHTML = '<img src="data:," onerror="window.ran = true">'; document.body.append(box)
      box.firstChild.addEventListener('error', () => { refused.add('image'); handled() })
    })`
    expect(await attempt(subject.page, outcome)).toBe('image,script-src-attr,script-src-elem')
  })

  // Point 7: a library builds code from text. The text is run by the page itself, which Playwright's own calls are not.
  test('has no eval and no Function from text', async () => {
    const result = `new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective), { once: true })
      Object.defineProperty(window, 'evaluated', { set: () => resolve('it was evaluated') })
      setTimeout('window.evaluated = true', 0)
    })`
    expect(await attempt(subject.page, result)).toBe('script-src')
  })

  // Points 1 and 7: script sends what it read to a stranger, by fetch, an image, a beacon or a web socket.
  test('reaches nothing outside the app', async () => {
    for (const address of [
      'https://example.com/',
      'http://127.0.0.1:9/',
      'file:///etc/passwd',
      'data:text/plain,x',
    ])
      expect(await attempt(subject.page, `fetch('${address}').then((answer) => answer.status)`)).toMatch(
        /^refused/,
      )
    const image = `new Promise((resolve) => { const image = new Image(); image.onload = () => resolve('loaded'); image.onerror = () => resolve('refused'); image.src = 'https://example.com/a.png' })`
    expect(await attempt(subject.page, image)).toBe('refused')
    const socket = `new Promise((resolve) => { const socket = new WebSocket('wss://example.com'); socket.onopen = () => resolve('open'); socket.onerror = () => resolve('refused') })`
    expect(await attempt(subject.page, socket)).toMatch(/^refused/)
  })

  // Point 7: code that may not run in the page runs in a worker of its own.
  test('starts no worker but one of the app', async () => {
    const outcome = (source: string) => `new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', () => resolve('refused'), { once: true })
      const worker = new Worker(${source}, { type: 'module' })
      worker.onmessage = ({ data }) => resolve(JSON.stringify(data.hunks))
      worker.postMessage({ a: { text: 'a', isWhole: true }, b: { text: 'a', isWhole: true } })
    })`
    const blob = "URL.createObjectURL(new Blob(['postMessage({ hunks: 0 })'], { type: 'text/javascript' }))"
    expect(await attempt(subject.page, outcome(blob))).toMatch(/^refused/)
    expect(await attempt(subject.page, outcome("'data:text/javascript,postMessage({ hunks: 0 })'"))).toMatch(
      /^refused/,
    )
    expect(await attempt(subject.page, outcome("'/assets/diff-worker.js'"))).toBe('[]')
  })

  // Point 1: the policy is lost by a mistake; requests of the window are refused in the main process as well.
  test('is refused in the main process too, policy or not', async () => {
    const outcome = await subject.app.evaluate(async ({ session }) => {
      try {
        return String((await session.defaultSession.fetch('https://example.com/')).status)
      } catch (error) {
        return String(error)
      }
    })
    expect(outcome).toContain('ERR_BLOCKED_BY_CLIENT')
  })

  // Point 7: the page is put into a frame, or a form sends its fields away.
  test('can be neither framed nor sent by a form nor given another base', async () => {
    for (const rule of [
      "frame-ancestors 'none'",
      "form-action 'none'",
      "base-uri 'none'",
      "object-src 'none'",
    ])
      expect(contentSecurityPolicy).toContain(rule)
    expect(contentSecurityPolicy).not.toMatch(/unsafe|https?:|\*/)
  })
})
