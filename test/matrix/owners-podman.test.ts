import { describe } from 'vitest'
import { startDebianHost } from '../engines/debian/debian-host'
import { startEngine, type EngineKind } from '../engines/engine/private-engine'
import type { PodmanMounts } from '../engines/podman/podman-config'
import { startRootlessPodman } from '../engines/podman/rootless-podman'
import { ownerTests, type MappingCase, type MappingEngine } from './suite/owners/owner-tests'

const madeByEngine =
  /^(?:added|modified) \/(?:dev|etc|proc|run|sys|etc\/(?:hostname|hosts|mtab|resolv\.conf|passwd|group)|run\/\.containerenv)$/

/** The kernel shows other owners of the image's layers (idmapped mounts) where the ids lie in one range; else Podman copies what is in them. */
const chosen = { name: 'a namespace that Podman chose', flags: ['--userns', 'auto:size=3000'], madeByEngine }
const oneRange = {
  name: 'one range of ids',
  flags: ['--uidmap', '0:200000:65536', '--gidmap', '0:210000:65536'],
  madeByEngine,
}
const twoRanges = {
  name: 'two ranges of ids',
  flags: ['--uidmap', '0:0:1', '--uidmap', '1:400001:65535'],
  madeByEngine,
}
const engines: MappingCase = {
  name: 'the namespace of the engine',
  flags: [],
  isRootOfEngine: true,
  madeByEngine,
}
const shifted: readonly MappingCase[] = [chosen, oneRange].map((one) => ({ ...one, snapshot: 'host' }))
const throughEngine = (cases: readonly MappingCase[]) =>
  cases.map((one): MappingCase => ({ ...one, lenses: ['engine'] }))
const ofUser: readonly MappingCase[] = [
  { name: "a namespace with the user's own id", flags: ['--userns', 'keep-id', '--user', '0'], madeByEngine },
  { name: 'one range of ids', flags: ['--uidmap', '0:1:5000'], madeByEngine },
]

describe('podman-5 mounted by the kernel', () => {
  ownerTests(() => ofRootOn('podman-5', 'kernel'), [...shifted, twoRanges, engines])
})
describe('podman-4 mounted by the kernel', () => {
  // It cannot mount two ranges.
  ownerTests(() => ofRootOn('podman-4', 'kernel'), [...shifted, engines])
})
describe('podman-5 mounted by fuse-overlayfs', () => {
  ownerTests(() => ofRootOn('podman-5', 'fuse-overlayfs'), throughEngine([...shifted, twoRanges, engines]))
})
describe('podman-5 mounted by fuse-overlayfs that keeps owners and modes in attributes', () => {
  ownerTests(
    () => ofRootOn('podman-5', 'masked'),
    throughEngine([{ ...oneRange, snapshot: 'host' }, engines]),
  )
})
describe('rootless Podman mounted by the kernel', () => {
  ownerTests(() => ofUserOn('kernel'), ofUser)
})
describe('rootless Podman mounted by fuse-overlayfs', () => {
  ownerTests(
    () => ofUserOn('fuse-overlayfs'),
    throughEngine(ofUser).map((one) => ({ ...one, snapshot: 'host' })),
  )
})

const command = (name: string, flags: readonly string[]) => [
  ...['podman', 'run', '--detach', '--network', 'none', '--stop-timeout', '0', '--name', name, ...flags],
  ...['lamina-test/owners:1', 'tail', '-f', '/dev/null'],
]

async function ofRootOn(kind: EngineKind, mounts: PodmanMounts): Promise<MappingEngine> {
  const host = await startDebianHost(kind === 'podman-4' ? 'bookworm' : 'trixie')
  // Whose ids Podman may choose from (containers-storage.conf(5), auto-userns).
  for (const file of ['/etc/subuid', '/etc/subgid'])
    await host.run(['tee', file], { input: 'containers:600000:100000\n' })
  const engine = await startEngine(kind, { host, mounts })
  return {
    ...{ host, socketPath: engine.socketPath, dockerHost: engine.dockerHost, docker: engine.docker },
    run: (name, flags) => host.run(command(name, flags)),
    stop: () => host.stop(),
  }
}

async function ofUserOn(mounts: PodmanMounts): Promise<MappingEngine> {
  const engine = await startRootlessPodman(mounts)
  return { ...engine, run: (name, flags) => engine.run(command(name, flags)) }
}
