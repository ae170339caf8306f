import { expect, test } from 'vitest'
import { inTurnOfEngine } from '../../../electron/session/engine-turns'

/** Work that tells when it begins and ends. */
function work(name: string, told: string[], fails = false) {
  return async () => {
    told.push(`${name} begins`)
    await new Promise((resolve) => setImmediate(resolve))
    told.push(`${name} ends`)
    if (fails) throw new Error(name)
    return name
  }
}

test('one after the other for one engine, and beside one another for two', async () => {
  const told: string[] = []
  const done = await Promise.all([
    inTurnOfEngine('one', work('a', told)),
    inTurnOfEngine('one', work('b', told)),
    inTurnOfEngine('two', work('c', told)),
  ])
  expect(done).toEqual(['a', 'b', 'c'])
  expect(told.indexOf('b begins')).toBeGreaterThan(told.indexOf('a ends'))
  expect(told.indexOf('c begins')).toBeLessThan(told.indexOf('a ends'))
})

test('work that fails lets the next begin', async () => {
  const told: string[] = []
  const failing = inTurnOfEngine('one', work('a', told, true))
  const next = inTurnOfEngine('one', work('b', told))
  await expect(failing).rejects.toThrow('a')
  expect(await next).toBe('b')
})

test('an engine without a name has no turns', async () => {
  const told: string[] = []
  await Promise.all([1, 2].map(() => inTurnOfEngine(undefined, work('a', told))))
  expect(told).toEqual(['a begins', 'a begins', 'a ends', 'a ends'])
})
