import { describe, expect, it } from 'vitest'
import { failed, isFailure, type FailureKind } from '../../../../electron/core/base/failure'
import { engineAt } from '../../../../electron/session/engines/engine-socket'
import { fakeEngine, fakeTransport } from '../../../builders/engines/fake-engine'

const usual = '/var/run/docker.sock'
const rootless = '/run/user/1000/docker.sock'
const podman = '/run/podman/podman.sock'
const { signal } = new AbortController()

/** A host with sockets of which some answer; tells which were tried and how often was looked. */
function hostWith(
  sockets: readonly string[],
  failures: Readonly<Record<string, FailureKind>> = {},
  usualFailure: FailureKind = 'engine-unreachable',
) {
  const tried: string[] = []
  let looks = 0
  const transport = fakeTransport(() => {
    looks += 1
    return sockets.map((path) => `${path}\0${path}\0\0`).join('')
  })
  const openAt = (_: unknown, path: string) => {
    tried.push(path)
    const failure = failures[path] ?? (sockets.includes(path) ? undefined : usualFailure)
    return failure === undefined
      ? Promise.resolve(fakeEngine())
      : Promise.reject(failed(failure, `${path}: ${failure}`))
  }
  const open = (socketPath?: string) => engineAt(socketPath, { openAt })
  return { transport, open, tried, looks: () => looks }
}

describe("an engine's socket", () => {
  it('that is named is the only one that is tried, and others are named', async () => {
    const { transport, open, tried } = hostWith([usual])
    await expect(open('/other.sock')(transport, signal)).rejects.toMatchObject({
      failure: {
        kind: 'engine-unreachable',
        message: `/other.sock: engine-unreachable Another engine may answer at ${usual}.`,
      },
    })
    expect(tried).toEqual(['/other.sock'])
  })

  it('that answered once is the only one from then on', async () => {
    const failures: Record<string, FailureKind> = {}
    const { transport, open, tried } = hostWith([usual, podman], failures)
    const opener = open()
    await opener(transport, signal)
    failures[usual] = 'engine-unreachable'
    await expect(opener(transport, signal)).rejects.toThrow(podman)
    Reflect.deleteProperty(failures, usual)
    await opener(transport, signal)
    expect(tried).toEqual([usual, usual, usual])
  })

  it('that is forbidden is told with its owner', async () => {
    const transport = fakeTransport(() => `${usual}\0${usual}\0root:docker\0`)
    const openAt = () => Promise.reject(failed('permission-denied', 'no'))
    for (const named of [usual, undefined])
      await expect(engineAt(named, { openAt })(transport, signal)).rejects.toThrow('belongs to root:docker')
  })

  it('is the usual one without a look-up', async () => {
    const { transport, open, tried, looks } = hostWith([usual, rootless])
    await open()(transport, signal)
    expect(tried).toEqual([usual])
    expect(looks()).toBe(0)
  })

  it('is looked for where there is no usual one, and tried first from then on', async () => {
    const { transport, open, tried, looks } = hostWith([rootless, podman])
    const opener = open()
    await opener(transport, signal)
    await opener(transport, signal)
    expect(tried).toEqual([usual, rootless, rootless])
    expect(looks()).toBe(1)
  })

  it('is another where the usual one is forbidden, and one that does not answer is passed by', async () => {
    const dead = { [rootless]: 'engine-unreachable' } as const
    const { transport, open, tried } = hostWith([rootless, podman], dead, 'permission-denied')
    await open()(transport, signal)
    expect(tried).toEqual([usual, rootless, podman])
  })

  it('that is nowhere is told with the places', async () => {
    const { transport, open } = hostWith([])
    await expect(open()(transport, signal)).rejects.toMatchObject({
      failure: {
        kind: 'engine-unreachable',
        message: expect.stringMatching(/docker\.sock.*podman/) as string,
      },
    })
  })

  it('that is nowhere is met by what can be done on this machine, or on another one', async () => {
    const remedyOf = async (isHere: boolean) => {
      const transport = fakeTransport(() => '', isHere ? { isHere } : {})
      const openAt = () => Promise.reject(failed('engine-unreachable', 'nothing there'))
      const failure = await engineAt(undefined, { openAt })(transport, signal).catch(
        (error: unknown) => error,
      )
      return isFailure(failure) ? (failure.failure.remedy ?? '') : ''
    }
    expect(await remedyOf(true)).toMatch(/systemctl start docker.*unix:\/\/\//)
    expect(await remedyOf(true)).not.toContain('ssh://')
    expect(await remedyOf(false)).toContain('ssh://user@host')
  })

  it('that DOCKER_HOST names is met by what to do with that, one of an address is not', async () => {
    const openAt = () => Promise.reject(failed('engine-unreachable', 'nothing there', 'Start it.'))
    const open = (by?: 'DOCKER_HOST' | 'context') =>
      engineAt('/own.sock', {
        openAt,
        ...(by === undefined ? {} : { named: { by, socketPath: '/own.sock' } }),
      })(
        fakeTransport(() => '', { isHere: true }),
        signal,
      )
    await expect(open('context')).rejects.toMatchObject({
      failure: { remedy: expect.stringMatching(/^Start it\.\nThe current Docker context names/) as string },
    })
    await expect(open('DOCKER_HOST')).rejects.toMatchObject({
      failure: { remedy: expect.stringMatching(/^Start it\.\nDOCKER_HOST names this socket/) as string },
    })
    await expect(open()).rejects.toMatchObject({ failure: { remedy: 'Start it.' } })
  })

  it.each([
    ['this machine', { isHere: true }, /^Start Lamina as the user/],
    ['another host', {}, /^Connect as the user/],
  ] as const)('that is forbidden on %s is met by what to do there', async (_, some, remedy) => {
    const transport = fakeTransport(() => `${usual}\0${usual}\0root:docker\0`, some)
    const openAt = () => Promise.reject(failed('permission-denied', 'no'))
    await expect(engineAt(usual, { openAt })(transport, signal)).rejects.toMatchObject({
      failure: { remedy: expect.stringMatching(remedy) as string },
    })
  })

  it.each([
    ['forbidden', [], 'permission-denied'],
    ['there and dead', [usual], 'engine-unreachable'],
  ] as const)('that is %s is told as that where there is no other', async (_, sockets, kind) => {
    const { transport, open } = hostWith(sockets, { [usual]: kind })
    await expect(open()(transport, signal)).rejects.toThrow(`${usual}: ${kind}`)
  })

  it.each(['connection-lost', 'authentication-failed', 'timed-out'] as const)(
    'is not looked for after %s',
    async (kind) => {
      const { transport, open, looks } = hostWith([], {}, kind)
      await expect(open()(transport, signal)).rejects.toMatchObject({ failure: { kind } })
      expect(looks()).toBe(0)
    },
  )

  it('cannot be looked for where no commands are run, and the usual reason is told', async () => {
    const transport = fakeTransport(() => failed('command-failed', 'This account runs no commands.'))
    const openAt = () => Promise.reject(failed('engine-unreachable', 'nothing there'))
    await expect(engineAt(undefined, { openAt })(transport, signal)).rejects.toMatchObject({
      failure: { kind: 'engine-unreachable', message: 'nothing there' },
    })
  })
})
