import { expect, it } from 'vitest'
import type { ContainerMount } from '../../../../electron/core/containers/container'
import { failed } from '../../../../electron/core/base/failure'
import type { DockerApi } from '../../../../electron/engine/docker/api'
import type { ContainerDetails } from '../../../../electron/engine/engine'
import { podmanContainer } from '../../../../electron/engine/podman/containers'
import { configuredMounts } from '../../../../electron/engine/podman/runtime-config'
import { noEngineMade } from '../../../builders/engines/container-details'

const { signal } = new AbortController()

/** What Podman tells of a container by Docker's API and by its own; nothing by its own where a proxy forbids it. */
async function told(some: Partial<ContainerDetails>, own?: unknown): Promise<ContainerDetails> {
  const details = { user: '', mounts: [], readOnly: false, ...noEngineMade, ...some } as ContainerDetails
  const libpod = {
    json: () =>
      own === undefined
        ? Promise.reject(failed('engine-failed', '403'))
        : Promise.resolve({ value: own, raw: own }),
  } as unknown as DockerApi
  return await podmanContainer({ container: () => Promise.resolve(details) }, libpod, 'web', signal)
}

const placesOf = ({ mounts }: ContainerDetails) => mounts.map(({ destination }) => destination)

it('counts what Podman mounts in memory unasked, and nothing twice', async () => {
  expect(placesOf(await told({}, { Config: { SystemdMode: false } }))).toEqual([])
  const readOnly = await told({ readOnly: true }, { Config: { SystemdMode: true } })
  expect(placesOf(readOnly)).toEqual(['/run', '/run/lock', '/tmp', '/var/log/journal', '/var/tmp'])
  const volume: ContainerMount = { type: 'volume', source: '/v', destination: '/tmp', writable: true }
  const mixed = await told({ readOnly: true, mounts: [volume] }, {})
  expect(mixed.mounts.map(({ type, destination }) => `${type} ${destination}`)).toEqual([
    'volume /tmp',
    'tmpfs /run',
    'tmpfs /var/tmp',
  ])
})

it('tells where the config of the runtime is, and needs nothing of that to tell a container', async () => {
  expect(await told({}, { OCIConfigPath: '/graph/config.json' })).toMatchObject({
    runtimeConfig: '/graph/config.json',
    addsUser: false,
  })
  expect(await told({ user: '1000:1000' })).toMatchObject({ addsUser: true })
})

it('reads the mounts of a config, and none of what is no config', () => {
  const config = { ociVersion: '1.0', mounts: [{ destination: '/a', type: 'bind' }, { destination: '/b' }] }
  expect(configuredMounts(JSON.stringify(config))).toEqual(['/a', '/b'])
  for (const text of ['', '{', '[]', '{"mounts":[{}]}', '{"mounts":3}', 'null'])
    expect(configuredMounts(text)).toEqual([])
})
