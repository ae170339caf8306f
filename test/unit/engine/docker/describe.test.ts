import { describe, expect, it } from 'vitest'
import type { EngineKind } from '../../../engines/engine/private-engine'
import { replayedEngine } from '../replayed-engine'

const { signal } = new AbortController()

/** What an engine describes whose `/info` says something else. */
async function describedWith(kind: EngineKind, said: object) {
  const replayed = await replayedEngine(kind, (answer) =>
    /^\/(?:libpod\/)?info$/.test(answer.path)
      ? { ...answer, body: { ...(answer.body as object), ...said } }
      : answer,
  )
  try {
    return await replayed.engine.describe(signal)
  } finally {
    await replayed.close()
  }
}

describe('an engine describes itself', () => {
  it.each([
    [{ OperatingSystem: 'Docker Desktop' }, 'Docker Desktop'],
    [{ OperatingSystem: 'OrbStack' }, 'OrbStack'],
    [{ OperatingSystem: 'Ubuntu 24.04 LTS', Name: 'colima' }, 'Colima'],
    [{ OperatingSystem: 'Ubuntu 24.04 LTS', Name: 'colima-work' }, 'Colima'],
    [{ OperatingSystem: 'Alpine Linux v3.20', Name: 'lima-rancher-desktop' }, 'Rancher Desktop'],
    [{ OperatingSystem: 'Ubuntu 24.04 LTS', Name: 'lima-docker' }, 'Lima'],
    [{ OperatingSystem: 'Debian GNU/Linux 13 (trixie)', Name: 'colimator' }, undefined],
  ])('in a virtual machine: %o is %s', async (said, virtualMachine) => {
    expect((await describedWith('docker-26', said)).virtualMachine).toBe(virtualMachine)
  })

  it.each(['docker-26', 'podman-5'] as const)('as one without the rights of root: %s', async (kind) => {
    const said = { SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=cgroupns'] }
    expect((await describedWith(kind, said)).rootless).toBe(true)
  })

  it('by an id: its own with Docker, and with Podman one made of what two engines hardly share', async () => {
    const host = { hostname: 'build' }
    const store = { graphRoot: '/var/lib/containers/storage', graphRootAllocated: 1000 }
    expect(await describedWith('podman-5', { host, store })).toMatchObject({
      engineId: 'build:/var/lib/containers/storage:1000',
    })
    expect(await describedWith('podman-5', { host: {}, store })).not.toHaveProperty('engineId')
    expect(await describedWith('docker-26', { ID: 'AB12' })).toMatchObject({ engineId: 'AB12' })
    expect(await describedWith('docker-26', { ID: '' })).not.toHaveProperty('engineId')
  })

  it('as one whose layers are marked in a user namespace', async () => {
    const said = { DriverStatus: [['userxattr', 'true'] as const, ['Using metacopy', 'true'] as const] }
    expect(await describedWith('docker-26', said)).toMatchObject({
      userxattr: true,
      metacopy: true,
      nativeDiff: false,
    })
  })
})
