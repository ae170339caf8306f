import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import type { DockerCli } from '../../engines/docker/docker-cli'
import { faultProxy, type FaultProxy } from '../../engines/faults/fault-proxy'
import { startPrivateDocker } from '../../engines/docker/private-docker'
import { startEngine } from '../../engines/engine/private-engine'
import { startPrivateSshd } from '../../engines/ssh/private-sshd'
import { eventually } from '../../engines/wait'

export const faultWays = ['here', 'over SSH'] as const
export type FaultWay = (typeof faultWays)[number]

/** Lamina behind a proxy, and as what it knows the engine there. */
export interface BehindFaults {
  readonly lamina: LaminaUnderTest
  readonly proxy: FaultProxy
  readonly hostId: string
}

/** An engine of our own, and the way to it, on which answers go wrong. */
export interface FaultPlace {
  readonly docker: DockerCli
  /** Podman cannot pause here, which has no cgroups of its own, and commits by a call of its own. */
  readonly isPodman: boolean
  /** Runs with a Lamina and a proxy of its own; over SSH the two are connected before. */
  behind<Value>(act: (behind: BehindFaults) => Promise<Value>): Promise<Value>
  stop(): Promise<void>
}

/** Starts an engine, and a server before it where the way is SSH. */
export async function startFaultPlace(kind: 'docker' | 'podman', way: FaultWay): Promise<FaultPlace> {
  const engine = kind === 'docker' ? await startPrivateDocker() : await startEngine('podman-5')
  const sshd = way === 'here' ? undefined : await startPrivateSshd()
  const identityFile = await sshd?.makeKey('ed25519')
  if (identityFile !== undefined) await sshd?.authorize('root', identityFile)

  const connected = async (lamina: LaminaUnderTest, proxy: FaultProxy): Promise<string> => {
    if (sshd === undefined || identityFile === undefined) return 'local'
    const host = sshd.address('root', proxy.socketPath)
    const { knownHostsFile } = sshd
    const input = { host, identityFile, knownHostsFile }
    // A machine that has other work may be too slow once for limits that are so short.
    const connect = async () => {
      const result = await lamina.lamina.call('hosts.connect', input)
      return result.ok ? result.value : undefined
    }
    const { hostId } = (await eventually(connect, { what: 'the connection' })) as { hostId: string }
    proxy.arm()
    return hostId
  }
  return {
    docker: engine.docker,
    isPodman: kind === 'podman',
    async behind(act) {
      const proxy = await faultProxy(engine.socketPath)
      const lamina = await laminaUnderTest(proxy)
      try {
        return await act({ lamina, proxy, hostId: await connected(lamina, proxy) })
      } finally {
        await lamina.close()
        await proxy.close()
      }
    },
    async stop() {
      await sshd?.stop()
      await engine.stop()
    },
  }
}
