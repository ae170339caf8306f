import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formatSshAddress, type SshAddress } from '../../../../electron/core/hosts/ssh-address'
import { HostRegistry } from '../../../../electron/operations/connections/host-registry'
import { HostSession } from '../../../../electron/session/host/host-session'
import { HostsFile } from '../../../../electron/storage/hosts'
import { fakeEngine, fakeTransport } from '../../../builders/engines/fake-engine'

let folder: string
let changes: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-registry-'))
  changes = 0
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function session(hostId: string): HostSession {
  return new HostSession(hostId, fakeTransport(), () => Promise.resolve(fakeEngine()))
}

function registry(): HostRegistry {
  const make = {
    local: () => session('local'),
    engine: (hostId: string) => session(hostId),
    ssh: (address: SshAddress) => Promise.resolve(session(formatSshAddress(address))),
  }
  return new HostRegistry(new HostsFile(folder), make, () => (changes += 1))
}

const build = { hostId: 'ssh://build', name: 'Builds', identityFile: '/keys/build' }

describe('the hosts that are known', () => {
  it('are this machine, then saved ones, then those of this process', async () => {
    const hosts = registry()
    await hosts.sessionToConnect('ssh://root@other:2222', { legacyAlgorithms: true })
    await hosts.save(build)
    expect(await hosts.list()).toEqual([
      { hostId: 'local', kind: 'local', name: 'local', saved: false },
      { ...build, kind: 'ssh', saved: true },
      {
        hostId: 'ssh://root@other:2222',
        kind: 'ssh',
        name: 'other',
        legacyAlgorithms: true,
        saved: false,
      },
    ])
    expect(changes).toBe(2)
    expect(await registry().list()).toHaveLength(2)
  })

  it('have one session each, whatever the spelling of their address', async () => {
    const hosts = registry()
    const one = await hosts.session('ssh://build')
    expect(await hosts.session('ssh://build/')).toBe(one)
    const [two, three] = await Promise.all([hosts.session('ssh://other'), hosts.session('ssh://other')])
    expect(two).toBe(three)
    expect(await hosts.sessionToConnect('ssh://build')).toBe(one)
    expect(one.hostId).toBe('ssh://build')
    expect(changes).toBe(2)
  })

  it.each(['elsewhere', 'ssh://', 'ssh://-x', '', 'build'])('do not include %j', async (hostId) => {
    await expect(registry().session(hostId)).rejects.toMatchObject({ failure: { kind: 'unknown-host' } })
  })

  it('that cannot be are refused with the reason, and without a password', async () => {
    const refusal = registry().session('ssh://root:secret@build')
    await expect(refusal).rejects.toThrow(/"ssh:\/\/root:…@build": the address holds a password/)
    await expect(registry().session('ssh://a;b')).rejects.toThrow('OpenSSH')
  })

  it('have another session when they are connected with other choices, and the first is closed', async () => {
    const hosts = registry()
    const one = await hosts.session('ssh://build')
    const other = await hosts.sessionToConnect('ssh://build', { identityFile: '/keys/other' })
    expect(other).not.toBe(one)
    expect(one.isClosed).toBe(true)
    expect(await hosts.session('ssh://build')).toBe(other)
    expect(await hosts.sessionToConnect('ssh://build')).toBe(other)
  })

  it('over sockets of this machine are kept like others', async () => {
    const hosts = registry()
    const hostId = 'unix:///run/podman/podman.sock'
    await hosts.session(hostId)
    const known = { hostId, kind: 'local', name: '/run/podman/podman.sock' }
    expect((await hosts.list()).at(-1)).toEqual({ ...known, saved: false })
    await hosts.save({ hostId, name: 'Podman here' })
    expect((await registry().list()).at(-1)).toEqual({ ...known, name: 'Podman here', saved: true })
    await hosts.remove(hostId)
    await expect(hosts.session(hostId)).rejects.toMatchObject({ failure: { kind: 'unknown-host' } })
  })

  it('stay disconnected until they are connected again', async () => {
    const hosts = registry()
    await hosts.save(build)
    const one = await hosts.session('ssh://build')
    await one.close()
    expect(await hosts.session('ssh://build')).toBe(one)
    expect((await hosts.sessionToConnect('ssh://build')).isClosed).toBe(false)
  })

  it('stay removed although a view asks for them, until they are named anew', async () => {
    const hosts = registry()
    await hosts.save(build)
    await hosts.remove('ssh://build')
    await expect(hosts.session('ssh://build')).rejects.toMatchObject({ failure: { kind: 'unknown-host' } })
    await hosts.sessionToConnect('ssh://build', {})
    expect(await hosts.list()).toMatchObject([{}, { hostId: 'ssh://build', saved: false }])
  })

  it('are closed with it', async () => {
    const hosts = registry()
    const sessions = [await hosts.session('local'), await hosts.session('ssh://build')]
    await hosts.close()
    expect(sessions.map(({ isClosed }) => isClosed)).toEqual([true, true])
  })
})
