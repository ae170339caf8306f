import type { Client } from 'ssh2'
import { expect, test } from 'vitest'
import { DropbearOrder } from '../../../../../electron/transport/ssh2/commands/dropbear-order'
import { nobodyAborts } from '../../../../builders/hosts/ssh-host'

function orderWith(software: string): DropbearOrder {
  return new DropbearOrder({ client: { _remoteVer: software } as unknown as Client })
}

/** A promise, and what settles it. */
function event(): { readonly happened: Promise<void>; readonly happen: () => void } {
  let happen: () => void = () => undefined
  const happened = new Promise<void>((resolve) => {
    happen = resolve
  })
  return { happened, happen: () => happen() }
}

test('On a Dropbear nothing begins before all has ended, nor in the same turn as an end', async () => {
  const order = orderWith('dropbear_2022.83')
  const said: string[] = []
  const [first, second] = [event(), event()]
  void order.ends(first.happened)
  const begun = order.whenNothingEnds(nobodyAborts, () => Promise.resolve(said.push('begun')))
  void order.ends(second.happened)
  first.happen()
  await new Promise(setImmediate)
  expect(said).toEqual([])
  second.happen()
  await begun
  expect(said).toEqual(['begun'])
})

test('On a Dropbear an end waits for what begins', async () => {
  const order = orderWith('dropbear_2022.83')
  const begun = order.begins()
  let isReady = false
  const ready = order.ends(event().happened)?.then(() => (isReady = true))
  await new Promise(setImmediate)
  expect(isReady).toBe(false)
  begun()
  expect(await ready).toBe(true)
  await new Promise(setImmediate)
  expect(order.ends(event().happened)).toBeUndefined()
})

test('Whoever waits for an end can give up', async () => {
  const order = orderWith('dropbear_2022.83')
  const giveUp = new AbortController()
  void order.ends(event().happened)
  const begun = order.whenNothingEnds(giveUp.signal, () => Promise.resolve('begun'))
  giveUp.abort()
  await expect(begun).rejects.toThrow('aborted')
})

test('An ended channel holds up nothing that comes later', async () => {
  const order = orderWith('dropbear_2022.83')
  void order.ends(Promise.resolve())
  expect(await order.whenNothingEnds(nobodyAborts, () => Promise.resolve('begun'))).toBe('begun')
})

test('Other servers wait for nothing', async () => {
  const order = orderWith('OpenSSH_9.2p1')
  order.begins()
  expect(order.ends(event().happened)).toBeUndefined()
  expect(await order.whenNothingEnds(nobodyAborts, () => Promise.resolve('begun'))).toBe('begun')
})
