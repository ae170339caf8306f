import { expect, test } from 'vitest'
import { Slots } from '../../../electron/transport/ssh/slots'

const never = new AbortController().signal

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

test('so many are at work at once, and the others follow in their order', async () => {
  const slots = new Slots(2)
  const began: number[] = []
  const free: (() => void)[] = []
  for (const number of [1, 2, 3, 4]) {
    void slots.take(never).then((done) => {
      began.push(number)
      free.push(done)
    })
  }
  await settled()
  expect(began).toEqual([1, 2])
  free[1]?.()
  await settled()
  expect(began).toEqual([1, 2, 3])
  free[0]?.()
  await settled()
  expect(began).toEqual([1, 2, 3, 4])
})

test('whoever comes when a slot gets free does not go before those who wait', async () => {
  const slots = new Slots(1)
  const free = await slots.take(never)
  const order: string[] = []
  const waiting = slots.take(never).then((done) => {
    order.push('waited')
    done()
  })
  free()
  const coming = slots.take(never).then(() => order.push('came'))
  await Promise.all([waiting, coming])
  expect(order).toEqual(['waited', 'came'])
})

test('a slot that is freed twice is free once', async () => {
  const slots = new Slots(1)
  const free = await slots.take(never)
  free()
  free()
  await slots.take(never)
  expect(slots.taken).toBe(1)
})

test('whoever gives up waiting takes no slot', async () => {
  const slots = new Slots(1)
  const free = await slots.take(never)
  const givingUp = new AbortController()
  const waiting = slots.take(givingUp.signal)
  const next = slots.take(never)
  givingUp.abort()
  await expect(waiting).rejects.toThrow()
  free()
  await next
  expect(slots.taken).toBe(1)
})

test('the limit shrinks to what the other side allows, but never below two', async () => {
  const slots = new Slots(8)
  const first = await slots.take(never)
  slots.shrinkTo(0)
  const second = await slots.take(never)
  let began = false
  void slots.take(never).then(() => (began = true))
  await settled()
  expect(began).toBe(false)
  first()
  await settled()
  expect(began).toBe(true)
  slots.shrinkTo(5)
  expect(slots.taken).toBe(2)
  second()
})
