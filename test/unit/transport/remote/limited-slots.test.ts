import { expect, test } from 'vitest'
import { Slots } from '../../../../electron/transport/remote/limited-slots'

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

test('the limit shrinks to what the other side allows, but never below one, and grows again one by one', async () => {
  const slots = new Slots(3)
  const first = await slots.take(never)
  slots.shrinkTo(0)
  let began = 0
  for (let number = 0; number < 3; number += 1) void slots.take(never).then(() => (began += 1))
  await settled()
  expect({ began, limit: slots.limit }).toEqual({ began: 0, limit: 1 })
  first()
  await settled()
  expect(began).toBe(1)
  for (const limit of [2, 3, 3]) {
    slots.grow()
    await settled()
    expect({ began, limit: slots.limit }).toEqual({ began: limit, limit })
  }
  slots.shrinkTo(5)
  expect(slots.limit).toBe(3)
})

test('what the one who waits the longest waits for is known', async () => {
  const slots = new Slots(1)
  const free = await slots.take(never, 'works')
  expect([slots.hasWaiting, slots.firstOwner]).toEqual([false, undefined])
  void slots.take(never, 'first')
  void slots.take(never, 'second')
  expect([slots.hasWaiting, slots.firstOwner]).toEqual([true, 'first'])
  free()
  expect(slots.firstOwner).toBe('second')
})
