import { describe } from 'vitest'
import { startContainer } from '../engines/docker/containers'
import { startDebianHost } from '../engines/debian/debian-host'
import { startEngine, type EngineKind } from '../engines/engine/private-engine'
import { ownerTests, type MappingEngine } from './suite/owners/owner-tests'

// dockerd with a user namespace for its containers, of two ranges of subordinate ids: `--userns-remap`.
describe.each(['docker-26', 'docker-26-containerd', 'docker-20'] as const)('%s with its own ids', (kind) => {
  ownerTests(
    () => remapped(kind),
    [
      { name: 'its namespace', flags: [] },
      {
        name: 'the namespace of the host',
        flags: ['--userns', 'host'],
        isRootOfEngine: true,
        snapshot: kind === 'docker-26-containerd' ? 'refused' : 'none',
      },
    ],
  )
})

async function remapped(kind: EngineKind): Promise<MappingEngine> {
  const host = await startDebianHost(kind === 'docker-20' ? 'bookworm' : 'trixie')
  await host.run(['useradd', '--no-create-home', 'remapped'])
  for (const [file, start] of Object.entries({ '/etc/subuid': 310_000, '/etc/subgid': 320_000 })) {
    const ranges = [
      `other:${String(start)}9:10`,
      `remapped:${String(start)}:40`,
      `remapped:${String(start + 50_000)}:9000`,
    ]
    await host.run(['tee', file], { input: `${ranges.join('\n')}\n` })
  }
  const engine = await startEngine(kind, { host, flags: ['--userns-remap', 'remapped'] })
  const image = 'lamina-test/owners:1'
  return {
    ...{ host, socketPath: engine.socketPath, dockerHost: engine.dockerHost, docker: engine.docker },
    run: (name, flags) => startContainer(engine.docker, { name, image, flags }),
    stop: () => host.stop(),
  }
}
