import { expect, it } from 'vitest'
import { unlessAborted } from '../../../electron/core/base/unless-aborted'
import { SharedWork } from '../../../electron/transport/shared-work'

const why = 'Nobody wants it.'
const cancelled = { failure: { kind: 'cancelled', message: why } }

/** Work that a test ends. */
function aWork() {
  const told: { signal?: AbortSignal; resolve(value: string): void; reject(error: Error): void } = {
    resolve: () => undefined,
    reject: () => undefined,
  }
  const work = new SharedWork(
    (signal) =>
      new Promise<string>((resolve, reject) => {
        Object.assign(told, { signal, resolve, reject })
      }),
  )
  return { work, told }
}

it('goes on for the others when one gives up, and for whoever comes later', async () => {
  const { work, told } = aWork()
  const [first, second] = [new AbortController(), new AbortController()]
  const waits = [work.value(first.signal, why), work.value(second.signal, why)]
  first.abort()
  await expect(waits[0]).rejects.toMatchObject(cancelled)
  expect([told.signal?.aborted, work.isGivenUp]).toEqual([false, false])
  told.resolve('found')
  expect(await waits[1]).toBe('found')
  second.abort()
  expect(await work.value(new AbortController().signal, why)).toBe('found')
  expect(work.isGivenUp).toBe(false)
})

it('is given up when nobody waits any more, and may fail then without anybody', async () => {
  const { work, told } = aWork()
  const [first, second] = [new AbortController(), new AbortController()]
  const waits = [work.value(first.signal, why), work.value(second.signal, why)]
  for (const one of [first, second]) one.abort()
  for (const wait of waits) await expect(wait).rejects.toMatchObject(cancelled)
  expect([told.signal?.aborted, work.isGivenUp]).toEqual([true, true])
  told.reject(new Error('ended'))
  await expect(work.outcome).rejects.toThrow('ended')
})

it('fails for everybody with what it failed of', async () => {
  const { work, told } = aWork()
  const { signal } = new AbortController()
  const waits = [work.value(signal, why), work.value(signal, why)]
  told.reject(new Error('broken'))
  for (const wait of waits) await expect(wait).rejects.toThrow('broken')
  await expect(work.value(signal, why)).rejects.toThrow('broken')
  expect(work.isGivenUp).toBe(false)
})

it('gives nothing to whoever had given up before, also when it is done', async () => {
  const { work, told } = aWork()
  const waiting = work.value(new AbortController().signal, why)
  told.resolve('found')
  await waiting
  await expect(work.value(AbortSignal.abort(), why)).rejects.toMatchObject(cancelled)
})

it('waiting leaves no listener behind, and hears of no failure that nobody waits for', async () => {
  const listeners = new Set<() => void>()
  const signal = {
    aborted: false,
    addEventListener: (_: 'abort', listener: () => void) => void listeners.add(listener),
    removeEventListener: (_: 'abort', listener: () => void) => void listeners.delete(listener),
  }
  expect(await unlessAborted(Promise.resolve('done'), signal, why)).toBe('done')
  await new Promise((resolve) => setImmediate(resolve))
  expect(listeners.size).toBe(0)
  let fail: (error: Error) => void = () => undefined
  const waiting = unlessAborted(new Promise((_, reject) => (fail = reject)), signal, why)
  for (const listener of listeners) listener()
  await expect(waiting).rejects.toMatchObject(cancelled)
  fail(new Error('nobody hears this'))
  await new Promise((resolve) => setImmediate(resolve))
  expect(listeners.size).toBe(0)
})
