import { describe, expect, it, test } from 'vitest'
import { isFailure, type Failure } from '../../../electron/core/failure'
import { addressOf, hostAt } from '../../../electron/operations/host-address'

function failureOf(text: string): Failure {
  try {
    addressOf(text)
  } catch (error) {
    if (isFailure(error)) return error.failure
  }
  throw new Error(`${text} did not fail`)
}

test('a host is named by either way, and has a name of its own', () => {
  expect(hostAt('root@build:22')).toEqual({ hostId: 'ssh://root@build:22', name: 'build' })
  expect(hostAt('unix:///run/podman/podman.sock')).toEqual({
    hostId: 'unix:///run/podman/podman.sock',
    name: '/run/podman/podman.sock',
  })
  expect(() => hostAt('unix://run/x.sock')).toThrow('SSH')
})

describe('an address that a person gave', () => {
  it.each([
    ['build', { host: 'build' }],
    ['root@build', { user: 'root', host: 'build' }],
    [
      'ssh://root@[::1]:2222/run/docker.sock',
      { user: 'root', host: '::1', port: 2222, socketPath: '/run/docker.sock' },
    ],
  ])('%s is understood', (text, address) => {
    expect(addressOf(text)).toEqual(address)
  })

  it.each([
    ['tcp://build:2375', 'unsupported-address', 'SSH'],
    ['ssh://', 'invalid-input', 'host'],
    ['ssh://-oProxyCommand=x', 'invalid-input', 'host'],
    ['ssh://build:99999', 'invalid-input', 'port'],
    ['ssh://a b@build', 'invalid-input', 'user'],
    ['ssh://build/run/\u0007.sock', 'invalid-input', 'control'],
  ])('%s is refused with the reason', (text, kind, word) => {
    const failure = failureOf(text)
    expect(failure.kind).toBe(kind)
    expect(failure.message).toContain(word)
    expect(failure.remedy).toBeDefined()
  })

  it.each(['ssh://root:hunter2@build', 'root:hunter2@build', 'ssh://root:hunt/er2@build'])(
    'a password in %s is not repeated',
    (text) => {
      const { message } = failureOf(text)
      expect(message).not.toContain('er2')
    },
  )
})
