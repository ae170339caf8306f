import { expect, test } from 'vitest'
import type { Result } from '../../../../electron/core/base/failure'
import { createResource } from '../../../../renderer/src/resources/resource'

const failure = { kind: 'engine-unreachable', message: 'gone' } as const

test('a failure does not take the last good answer away', async () => {
  const answers: Result<number>[] = [
    { ok: true, value: 1 },
    { ok: false, failure },
    { ok: true, value: 2 },
  ]
  const resource = createResource(() => Promise.resolve(answers.shift() ?? { ok: false, failure }))
  expect(resource.value).toBeUndefined()
  await resource.refresh()
  expect(resource).toMatchObject({ value: 1, failure: undefined, loading: false })
  await resource.refresh()
  expect(resource).toMatchObject({ value: 1, failure })
  await resource.refresh()
  expect(resource).toMatchObject({ value: 2, failure: undefined })
})

test('many refreshes during one answer become one more', async () => {
  let asked = 0
  const resource = createResource(() => Promise.resolve({ ok: true, value: ++asked } as const))
  await Promise.all([resource.refresh(), resource.refresh(), resource.refresh()])
  expect(asked).toBe(2)
  expect(resource.value).toBe(2)
})

test('an answer that comes after closing is dropped, and its work is told to end', async () => {
  let signalled: AbortSignal | undefined
  let answer: (result: Result<number>) => void = () => undefined
  const resource = createResource<number>((signal) => {
    signalled = signal
    return new Promise((resolve) => (answer = resolve))
  })
  const refreshed = resource.refresh()
  resource.close()
  expect(signalled?.aborted).toBe(true)
  answer({ ok: true, value: 1 })
  await refreshed
  expect(resource.value).toBeUndefined()
})
