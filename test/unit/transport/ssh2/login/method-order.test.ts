import { expect, it } from 'vitest'
import { MethodOrder } from '../../../../../electron/transport/ssh2/login/method-order'

it('goes by what is preferred, not by what the server says first', () => {
  const order = new MethodOrder(['password', 'publickey'])
  expect(order.current(['publickey', 'password'])).toBe('password')
})

it('stays with a method until that has nothing more to try', () => {
  const order = new MethodOrder(['publickey', 'keyboard-interactive', 'password'])
  const taken = ['publickey', 'password']
  expect([order.current(taken), order.current(taken)]).toEqual(['publickey', 'publickey'])
  order.finish('publickey')
  expect(order.current(taken)).toBe('password')
  order.finish('password')
  expect(order.current(taken)).toBeUndefined()
})

it('begins anew where the server takes others than before, without what is finished', () => {
  const order = new MethodOrder(['publickey', 'password'])
  expect(order.current(['password'])).toBe('password')
  expect(order.current(['publickey'])).toBe('publickey')
  order.finish('publickey')
  expect(order.current(['publickey', 'password'])).toBe('password')
})

it('has nothing to try where nothing is preferred that the server takes', () => {
  expect(new MethodOrder([]).current(['password'])).toBeUndefined()
  expect(new MethodOrder(['password']).current(['hostbased', 'gssapi-with-mic'])).toBeUndefined()
  expect(new MethodOrder(['password']).current([])).toBeUndefined()
})
