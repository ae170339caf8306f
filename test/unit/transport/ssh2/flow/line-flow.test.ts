import { expect, it } from 'vitest'
import type { Client } from 'ssh2'
import { firstWindow, LineWindow } from '../../../../../electron/transport/ssh2/flow/line-window'
import { RoundTrips } from '../../../../../electron/transport/ssh2/flow/round-trips'
import { SentBytes } from '../../../../../electron/transport/ssh2/flow/sent-bytes'

/** Measures a line that is always full, again and again: it carries so many bytes a second, and a round trip takes so long when it is empty. */
function onFullLine(bytesPerSecond: number, emptyRoundTrip: number, times = 100): number {
  const window = new LineWindow()
  for (let at = 0; at < times; at++) {
    // What is under way beyond what the line itself holds waits.
    const waited = Math.max(0, (window.size / bytesPerSecond) * 1000 - emptyRoundTrip)
    window.measured(waited, true)
  }
  return window.size
}

it('keeps what waits on a slow line below a third of a second', () => {
  for (const bytesPerSecond of [62_500, 125_000, 1_250_000, 6_000_000])
    expect(onFullLine(bytesPerSecond, 10) / bytesPerSecond).toBeLessThanOrEqual(0.32)
})

it('gives a line that carries much or is long all that ssh2 would give it', () => {
  expect(onFullLine(100_000_000, 1)).toBe(2 * 1024 * 1024)
  expect(onFullLine(12_500_000, 200)).toBe(2 * 1024 * 1024)
})

it('never becomes so small that nothing goes, nor larger while less was sent than may be', () => {
  expect(onFullLine(1_000, 10)).toBe(16 * 1024)
  const window = new LineWindow()
  for (let at = 0; at < 100; at++) window.measured(0, false)
  expect(window.size).toBe(firstWindow)
})

/** A server whose answers come when a test says so. */
function answering() {
  const callbacks: ((error?: unknown) => void)[] = []
  const client = { _callbacks: callbacks, _protocol: { ping: () => undefined } } as unknown as Client
  const clock = { now: 0 }
  const trips = new RoundTrips(client, () => clock.now)
  const heard: (number | undefined)[] = []
  const trip = (took: number, error?: unknown) => {
    trips.begin((waited) => heard.push(waited))
    clock.now += took
    callbacks.shift()?.(error)
  }
  return { trip, heard, clock, trips, callbacks }
}

it('tells by how much a round trip is longer than on an empty line, also after minutes on a full one', () => {
  const { trip, heard, clock } = answering()
  trip(20)
  for (let at = 0; at < 1_000; at++) trip(250)
  expect(new Set(heard.slice(1))).toEqual(new Set([230]))
  // The way became a longer one.
  clock.now += 6 * 60_000
  trip(120)
  clock.now += 6 * 60_000
  trip(120)
  expect(heard.at(-1)).toBe(0)
})

it('takes a refusal for an answer, and an error for the end of the connection', () => {
  const { trip, heard } = answering()
  trip(20, true)
  trip(20, new Error('No response from server'))
  expect(heard).toEqual([0, undefined])
})

it('sends no more than may be under way, small things at once, and goes on with each answer', () => {
  const { trips, callbacks } = answering()
  const share = new SentBytes(trips).share()
  const part = 16 * 1024
  let sent = 0
  const small: string[] = []
  for (let at = 0; at < 100; at++) share.whenRoom(part, () => (sent += part))
  expect(sent).toBe(firstWindow)
  share.whenRoom(100, () => small.push('small'))
  expect(small).toEqual(['small'])
  for (let answers = 0; sent < 100 * part; answers++) {
    expect(answers).toBeLessThan(100)
    expect(callbacks.length).toBeGreaterThan(0)
    callbacks.shift()?.()
  }
  expect(sent).toBe(100 * part)
})

it('holds nothing back for ever where the connection is gone', () => {
  const { trips, callbacks } = answering()
  const share = new SentBytes(trips).share()
  let sent = 0
  for (let at = 0; at < 20; at++) share.whenRoom(16 * 1024, () => (sent += 1))
  while (callbacks.length > 0) callbacks.shift()?.(new Error('No response from server'))
  expect(sent).toBe(20)
})
