import { describe, expect, it } from 'vitest'
import { failed, type FailureKind } from '../../../../electron/core/base/failure'
import { remoteEngine } from '../../../../electron/session/engines/remote-engine'
import {
  engineOfOnlyCommand,
  type HostCommand,
  type Transport,
} from '../../../../electron/transport/transport'
import { fakeEngine, fakeTransport } from '../../../builders/engines/fake-engine'

const usual = '/var/run/docker.sock'
const podman = '/run/podman/podman.sock'
const named = '/run/user/1000/docker.sock'
const { signal } = new AbortController()

/** What a host says to the script that asks for names, and to the one that looks for sockets. */
interface Host {
  readonly dockerHost?: string
  readonly sockets?: readonly string[]
  /** In the place of every command's answer; `hangs` never comes. */
  readonly commands?: FailureKind | 'hangs'
  readonly leadsToEngine?: boolean
  /** Paths at which an engine answers. */
  readonly engines: readonly string[]
  readonly failure?: FailureKind
}

function hostWith({ dockerHost = '', sockets = [], commands, leadsToEngine = false, ...host }: Host) {
  const opened: string[] = []
  const closed: string[] = []
  const engines = new Set(host.engines)
  const says = (script: string) =>
    script.includes('DOCKER_HOST')
      ? `${dockerHost}\0\0/root/.docker\0`
      : sockets.map((path) => `${path}\0${path}\0\0`).join('')
  const hanging: Partial<Transport> = {
    async *run(_: HostCommand, its: AbortSignal) {
      await new Promise((resolve) => {
        its.addEventListener('abort', resolve)
      })
      yield* []
      throw failed('cancelled', 'The command was cancelled.')
    },
  }
  const transport = fakeTransport(
    (script) =>
      commands === undefined || commands === 'hangs' ? says(script) : failed(commands, 'No commands here.'),
    { leadsToEngine: () => Promise.resolve(leadsToEngine), ...(commands === 'hangs' ? hanging : {}) },
  )
  const openAt = (_: unknown, path: string) => {
    opened.push(path)
    if (!engines.has(path))
      return Promise.reject(failed(host.failure ?? 'engine-unreachable', `${path} is dead.`))
    return Promise.resolve(fakeEngine({ socketPath: path, close: () => void closed.push(path) }))
  }
  const opener = (address?: string) => remoteEngine(address, { openAt, patience: 1 })
  const open = async (address?: string) => (await opener(address)(transport, signal)).socketPath
  return { open, opener, transport, opened, closed, engines }
}

describe("A remote host's engine", () => {
  it('is the one that the host names, and the usual one is let go', async () => {
    const { open, closed } = hostWith({ dockerHost: `unix://${named}`, engines: [usual, named] })
    expect(await open()).toBe(named)
    expect(closed).toEqual([usual])
  })

  it('is opened once where the usual one is named', async () => {
    const { open, opened, closed } = hostWith({ dockerHost: `unix://${usual}`, engines: [usual] })
    expect(await open()).toBe(usual)
    expect(opened).toEqual([usual])
    expect(closed).toEqual([])
  })

  it('is the usual one where none is named, and another that is found where that is not there', async () => {
    expect(await hostWith({ engines: [usual, podman] }).open()).toBe(usual)
    expect(await hostWith({ sockets: [podman], engines: [podman] }).open()).toBe(podman)
  })

  it('is the one of the address, and the host is not asked', async () => {
    const { open, opened } = hostWith({ commands: 'hangs', engines: [usual, '/own.sock'] })
    expect(await open('/own.sock')).toBe('/own.sock')
    expect(opened).toEqual(['/own.sock'])
  })

  it('that is named and dead is told with who names it and what else is there', async () => {
    const host = hostWith({ dockerHost: `unix://${named}`, sockets: [usual], engines: [usual] })
    await expect(host.open()).rejects.toMatchObject({
      failure: {
        kind: 'engine-unreachable',
        message: `${named} is dead. Another engine may answer at ${usual}.`,
        remedy: expect.stringMatching(/The host's DOCKER_HOST names this socket/) as string,
      },
    })
    // Somebody may start it, or name another, until the next attempt.
    host.engines.add(named)
    expect(await host.open()).toBe(named)
  })

  it('is none where another machine is named, which is told with what is there', async () => {
    const host = { dockerHost: 'tcp://192.0.2.1:2375', sockets: [usual], engines: [usual] }
    const { open, closed } = hostWith(host)
    await expect(open()).rejects.toMatchObject({
      failure: {
        kind: 'unsupported-address',
        message: expect.stringMatching(/192\.0\.2\.1.* may answer at \/var\/run\/docker\.sock/) as string,
        remedy: expect.stringContaining(`ssh://user@host${usual}`) as string,
      },
    })
    expect(closed).toEqual([usual])
  })

  it('stays the one that answered, whatever else is there', async () => {
    const { opener, transport, opened, engines } = hostWith({ sockets: [podman], engines: [usual, podman] })
    const open = opener()
    await open(transport, signal)
    engines.delete(usual)
    await expect(open(transport, signal)).rejects.toThrow(
      `${usual} is dead. Another engine may answer at ${podman}.`,
    )
    expect(opened).toEqual([usual, usual])
  })

  it.each(['connection-lost', 'host-unreachable', 'prompt-required'] as const)(
    'is not looked for after %s',
    async (kind) => {
      const { open, opened } = hostWith({ commands: kind, failure: kind, engines: [] })
      await expect(open()).rejects.toMatchObject({ failure: { kind } })
      expect(opened).toEqual([usual])
    },
  )
})

describe('Where the host runs no commands', () => {
  it.each(['hangs', 'command-failed'] as const)('the usual engine is used (%s)', async (commands) => {
    const { open, opened } = hostWith({ commands, engines: [usual, podman] })
    expect(await open()).toBe(usual)
    expect(opened).toEqual([usual])
  })

  it('the engine that its only command leads to goes before the usual one', async () => {
    const { open, closed } = hostWith({
      commands: 'command-failed',
      leadsToEngine: true,
      engines: [usual, engineOfOnlyCommand],
    })
    expect(await open()).toBe(engineOfOnlyCommand)
    expect(closed).toEqual([usual])
  })

  it('the usual engine is used where the only command leads to none', async () => {
    const host = { commands: 'command-failed', leadsToEngine: true, engines: [usual] } as const
    expect(await hostWith(host).open()).toBe(usual)
  })

  it('the only command is tried where there is no usual engine, then the other place', async () => {
    const { open, opened } = hostWith({ commands: 'command-failed', engines: [podman] })
    expect(await open()).toBe(podman)
    expect(opened).toEqual([usual, engineOfOnlyCommand, podman])
  })

  it.each([
    ['hangs', 'said nothing within 0.001 seconds'],
    ['command-failed', 'No commands here'],
  ] as const)('nothing that answers is told with the reason and the places (%s)', async (commands, why) => {
    await expect(hostWith({ commands, engines: [] }).open()).rejects.toMatchObject({
      failure: {
        kind: 'engine-unreachable',
        message: expect.stringMatching(
          new RegExp(`${usual} is dead\\. .*${why}.*only ${usual} and ${podman} can be tried`),
        ) as string,
      },
    })
  })

  it('an engine that is there and does not answer is told as that', async () => {
    const host = { commands: 'command-failed', failure: 'timed-out', engines: [podman] } as const
    const { open, opened } = hostWith(host)
    await expect(open()).rejects.toMatchObject({ failure: { kind: 'timed-out' } })
    expect(opened).toEqual([usual])
  })

  it('the only command stands in for a socket of the address, until that has answered', async () => {
    const host = { commands: 'command-failed', engines: [engineOfOnlyCommand] } as const
    expect(await hostWith(host).open('/own.sock')).toBe(engineOfOnlyCommand)
    const { opener, transport, engines } = hostWith({ ...host, engines: ['/own.sock', engineOfOnlyCommand] })
    const open = opener('/own.sock')
    await open(transport, signal)
    engines.delete('/own.sock')
    await expect(open(transport, signal)).rejects.toThrow('/own.sock is dead.')
  })
})
