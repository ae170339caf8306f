import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AppUnderTest, attempt, startApp } from './app-under-test'

let subject: AppUnderTest
beforeAll(async () => {
  subject = await startApp()
})
afterAll(() => subject.close())

describe('Script that asks for a permission', () => {
  // Point 5: Electron grants what nobody refuses: camera, microphone, place, clipboard, notifications.
  test('is refused when it asks', async () => {
    const asks = [
      `navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'granted')`,
      `navigator.mediaDevices.getDisplayMedia({ video: true }).then(() => 'granted')`,
      `new Promise((granted, refuse) => navigator.geolocation.getCurrentPosition(() => granted('granted'), refuse))`,
      `navigator.clipboard.readText().then(() => 'granted')`,
      `navigator.requestMIDIAccess({ sysex: true }).then(() => 'granted')`,
    ]
    for (const ask of asks)
      expect([ask, await attempt(subject.page, ask)]).toEqual([ask, expect.stringMatching(/^refused/)])
    expect(await attempt(subject.page, `Notification.requestPermission()`)).toBe('denied')
  })

  // Point 5: some permissions are only ever checked, and the check has a handler of its own.
  test('is refused when it is merely checked', async () => {
    for (const name of [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'midi',
      'persistent-storage',
    ]) {
      const state = `navigator.permissions.query({ name: '${name}' }).then((found) => found.state)`
      expect([name, await attempt(subject.page, state)]).toEqual([
        name,
        expect.not.stringMatching(/^granted/),
      ])
    }
  })

  // Point 5: a device is asked for directly.
  test('reaches no device', async () => {
    for (const api of ['usb', 'hid', 'serial'])
      expect(
        await attempt(subject.page, `navigator.${api}.getDevices?.().then((found) => found.length)`),
      ).toMatch(/^(0|undefined|refused.*)$/s)
  })
})
