import { describe, expect, it, test } from 'vitest'
import { isFailure, type Failure } from '../../../../electron/core/base/failure'
import { addressOf, hostAt, hostMeant } from '../../../../electron/operations/connections/host-address'

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

test('what ssh_config calls a host goes before another reading, and is asked for only then', async () => {
  const aliases = new Set(['web:22'])
  const meant = (text: string) => hostMeant(text, () => Promise.resolve(aliases))
  expect(await meant('me@web:22')).toEqual({ hostId: 'ssh://me@web%3A22', name: 'web:22' })
  expect(await meant('db:22')).toEqual({ hostId: 'ssh://db:22', name: 'db' })
  await expect(meant('me:secret@web:22')).rejects.toThrow('password')
  const never = () => Promise.reject(new Error('asked'))
  expect(await hostMeant('prod/web1', never)).toEqual({ hostId: 'ssh://prod%2Fweb1', name: 'prod/web1' })
  expect((await hostMeant('ssh://web:22', never)).hostId).toBe('ssh://web:22')
  expect((await hostMeant('unix:///run/a:b.sock', never)).hostId).toBe('unix:///run/a:b.sock')
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
    ['ssh://build/run/%FF.sock', 'invalid-input', 'UTF-8'],
    ['a;b', 'invalid-input', 'OpenSSH'],
    ['me\\@build', 'invalid-input', 'backslash'],
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
