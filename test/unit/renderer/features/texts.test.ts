import { effectScope } from 'vue'
import { expect, onTestFinished, test, vi } from 'vitest'
import { stepText } from '../../../../renderer/src/features/layers/step-text'
import { shownLocale } from '../../../../renderer/src/locales/shown-locale'
import { nextPane, shortcutOf } from '../../../../renderer/src/features/shortcuts/shortcut'
import { referenceHint } from '../../../../renderer/src/features/snapshots/reference-hint'
import { exactTime, momentOf, preciseTime, relativeAge } from '../../../../renderer/src/ui/text/ages'
import { readableBytes, sizesApart } from '../../../../renderer/src/ui/text/bytes'
import { shortId } from '../../../../renderer/src/ui/text/ids'
import { listMove } from '../../../../renderer/src/ui/focus/roving-focus'
import { safeLines } from '../../../../renderer/src/ui/text/safe-text'
import { useNow } from '../../../../renderer/src/ui/text/use-now'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [2100, '2.1 kB'],
  [99_949, '99.9 kB'],
  [99_950, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [296_400_000, '296 MB'],
  [1_200_000_000, '1.2 GB'],
  [5e18, '5000 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(readableBytes(bytes)).toBe(text)
})

test('two sizes beside one another are told apart where they differ', () => {
  const apart = (one: number, other: number) => sizesApart(one, other, (bytes) => `${bytes} bytes`)
  expect(apart(2_097_152, 2_098_000)).toEqual(['2097152 bytes', '2098000 bytes'])
  expect(apart(2_097_152, 8_388_608)).toEqual(['2.1 MB', '8.4 MB'])
  expect(apart(5, 5)).toEqual(['5 B', '5 B'])
})

test('the window has one clock: whoever asks for a step reads the same time', async () => {
  vi.useFakeTimers({ now: 5_000 })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const [early, late] = [effectScope(), effectScope()]
  const first = early.run(() => useNow(10_000))
  await vi.advanceTimersByTimeAsync(7_000)
  const second = late.run(() => useNow(10_000))
  expect([first?.value, second?.value]).toEqual([10_000, 10_000])
  early.stop()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(second?.value).toBe(20_000)
  late.stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('ages are told in the largest unit that fits', () => {
  const now = Date.parse('2026-11-23T12:00:00Z')
  const age = (time: string) => relativeAge(time, now, 'en')
  expect(age('2026-11-23T11:59:40Z')).toBe('now')
  expect(age('2026-11-23T11:58:00Z')).toBe('2 minutes ago')
  expect(age('2026-11-22T11:00:00Z')).toBe('yesterday')
  expect(age('2026-11-11T12:00:00Z')).toBe('last week')
  expect(age('2026-11-26T12:00:00Z')).toBe('in 3 days')
  expect(age('1969-07-20T20:17:40Z')).toBe('57 years ago')
  expect(age('')).toBeUndefined()
  expect(age('2026-11-23T11:59:00.999Z')).toBe(age('2026-11-23T11:59:00Z'))
  expect(momentOf('')).toBeLessThan(momentOf('0001-01-01T00:00:00Z'))
  const [one, other] = ['2026-11-23T11:59:00.001Z', '2026-11-23T11:59:00.002Z']
  expect(preciseTime(one, 'en')).not.toBe(preciseTime(other, 'en'))
  expect(exactTime('not a time', 'en')).toBeUndefined()
})

test('the wrapping of builders is taken off a step', () => {
  expect(stepText('/bin/sh -c #(nop)  CMD ["nginx"]')).toBe('CMD ["nginx"]')
  expect(stepText('/bin/sh -c apt-get update')).toBe('RUN apt-get update')
  expect(stepText('RUN |1 VERSION=2 /bin/sh -c make # buildkit')).toBe('RUN make')
  expect(stepText('COPY . /app # buildkit')).toBe('COPY . /app')
  expect(stepText(`/bin/sh -c #(nop) COPY file:${'a'.repeat(64)} in / `)).toBe('COPY file:… in /')
  expect(stepText('')).toBe('')
})

test('a name is judged while it is typed', () => {
  const taken = (reference: string) => reference === 'web:latest'
  expect(referenceHint('', taken)).toEqual({ kind: 'problem', problem: 'empty' })
  expect(referenceHint('Web', taken)).toEqual({ kind: 'problem', problem: 'uppercase' })
  expect(referenceHint('web', taken)).toEqual({ kind: 'taken', reference: 'web:latest' })
  expect(referenceHint('web:1', taken)).toEqual({ kind: 'fine', reference: 'web:1' })
})

test('text of strangers keeps its lines and loses what acts on the display', () => {
  expect(safeLines('one\r\ntwo\u001b[31m\u202e')).toBe('one\ntwo\\u001b[31m\\u202e')
})

test('ids are shortened to twelve digits', () => {
  expect(shortId(`sha256:${'0123456789abcdef'.repeat(4)}`)).toBe('0123456789ab')
})

test('keys that write text are shortcuts only outside of text fields', () => {
  const press = (key: string, some: Partial<KeyboardEvent> = {}, typing = false) =>
    shortcutOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...some }, typing)
  expect(press('/')).toBe('search')
  expect(press('/', {}, true)).toBeUndefined()
  expect(press('?', { shiftKey: true })).toBe('help')
  expect(press('k', { ctrlKey: true }, true)).toBe('palette')
  expect(press('F6', { shiftKey: true }, true)).toBe('previous-pane')
  expect(press('ArrowLeft', { altKey: true })).toBe('back')
  expect(press('a', { ctrlKey: true })).toBeUndefined()
  expect([nextPane(-1, 3, 1), nextPane(2, 3, 1), nextPane(0, 3, -1), nextPane(-1, 3, -1)]).toEqual([
    0, 0, 2, 2,
  ])
})

test('keys move within a list and stop at its ends', () => {
  expect(listMove('ArrowDown', 4, 5)).toBe(4)
  expect(listMove('End', 0, 5)).toBe(4)
  expect(listMove('PageUp', 3, 5)).toBe(0)
  expect(listMove('x', 3, 5)).toBeUndefined()
  expect(listMove('Home', 0, 0)).toBeUndefined()
})

test("the machine's first language that is there is shown", () => {
  expect(shownLocale('system', ['de-DE', 'zh-Hans-CN', 'en'])).toBe('zh-CN')
  expect(shownLocale('system', ['en-GB', 'zh'])).toBe('en')
  expect(shownLocale('system', ['fr'])).toBe('en')
  expect(shownLocale('zh-CN', ['en'])).toBe('zh-CN')
})
