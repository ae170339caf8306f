import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AppUnderTest, attempt, startApp } from './app-under-test'

let subject: AppUnderTest
beforeAll(async () => {
  subject = await startApp()
})
afterAll(() => subject.close())

describe('The address app://', () => {
  const status = (address: string) =>
    attempt(subject.page, `fetch(${JSON.stringify(address)}).then((answer) => answer.status)`)

  // Point 18: the window is loaded from a file: address, where every file of the disk is a neighbour.
  test('is where the window is loaded from', async () => {
    expect(subject.page.url()).toBe('app://lamina/index.html')
    expect(await status('app://lamina/index.html')).toBe('200')
  })

  // Point 18: script climbs out of the renderer's folder, plainly, encoded once or twice, or with backslashes.
  test('serves nothing outside the list made at build time', async () => {
    const climbs = [
      '../main/index.js',
      '..%2fmain%2findex.js',
      '%2e%2e/main/index.js',
      '..%252fmain%252findex.js',
      '..\\main\\index.js',
      '/etc/passwd',
      '//etc/passwd',
      'assets/../../main/index.js',
      'assets/',
      'assets',
      'index.html%00.js',
      '../renderer-files.json',
    ]
    for (const path of climbs) expect([path, await status(`app://lamina/${path}`)]).toEqual([path, '404'])
  })

  // Point 18: a second origin under the same scheme would be a stranger with our rights.
  test('has one host only', async () => {
    expect(await status('app://other/index.html')).toMatch(/^refused/)
  })

  // Point 18: a request that is not a plain read.
  test('answers reads only', async () => {
    expect(
      await attempt(
        subject.page,
        `fetch('app://lamina/index.html', { method: 'POST' }).then((a) => a.status)`,
      ),
    ).toBe('404')
  })

  // Point 18: a file: address in the window, as a page, an image or a request.
  test('is the only way to files: file: is refused', async () => {
    expect(await attempt(subject.page, `fetch('file:///etc/hostname').then((a) => a.text())`)).toMatch(
      /^refused/,
    )
    const main = await subject.app.evaluate(async ({ net }) => {
      try {
        return String((await net.fetch('file:///etc/hostname')).status)
      } catch (error) {
        return String(error)
      }
    })
    expect(main).not.toBe('200')
  })
})
