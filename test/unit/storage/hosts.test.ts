import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HostsFile } from '../../../electron/storage/hosts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-hosts-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const build = { hostId: 'ssh://build', name: 'build' }
const prod = { hostId: 'ssh://root@prod:2222', name: 'Production', identityFile: '/keys/prod' }

describe('the file of hosts', () => {
  it('keeps hosts in the order in which they were added, readable by their owner only', async () => {
    const hosts = new HostsFile(folder)
    await hosts.put(build)
    await hosts.put(prod)
    expect(await new HostsFile(folder).read()).toEqual([build, prod])
    expect(statSync(join(folder, 'hosts.json')).mode & 0o777).toBe(0o600)
  })

  it('changes a host in its place', async () => {
    const hosts = new HostsFile(folder)
    await hosts.put(build)
    await hosts.put(prod)
    await hosts.put({ ...build, name: 'Builds' })
    expect(await hosts.read()).toEqual([{ ...build, name: 'Builds' }, prod])
  })

  it('loses none of many changes at once, and sees those of another process', async () => {
    const [one, other] = [new HostsFile(folder), new HostsFile(folder)]
    await one.put(build)
    await Promise.all([other.put(prod), other.remove(build.hostId)])
    expect(await one.read()).toEqual([prod])
  })

  it('reads the spellings that were written before', async () => {
    const ids = [
      ['ssh://[fe80::1%eth0]', 'ssh://[fe80::1%25eth0]'],
      ['ssh://a+b@web:22/run/my 100% docker.sock', 'ssh://a%2Bb@web:22/run/my%20100%25%20docker.sock'],
      ['ssh://a%zz@web', 'ssh://a%25zz@web'],
      ['ssh://a%ffb', 'ssh://a%25ffb'],
      ['ssh://[web:22]', 'ssh://web%3A22'],
      ['ssh://web/run/a%20b.sock', 'ssh://web/run/a%20b.sock'],
      ['unix:///run/a%20b.sock', 'unix:///run/a%20b.sock'],
    ] as const
    const kept = ids.map(([hostId]) => ({ hostId, name: 'earlier' }))
    writeFileSync(join(folder, 'hosts.json'), JSON.stringify({ hosts: kept }))
    const hosts = new HostsFile(folder)
    expect(await hosts.read()).toEqual(ids.map(([, hostId]) => ({ hostId, name: 'earlier' })))
    await hosts.remove('ssh://[fe80::1%25eth0]')
    expect(await hosts.read()).toHaveLength(ids.length - 1)
  })

  it.each([
    ['is not JSON', '{"hosts": ['],
    ['holds an id that is no address', '{"hosts": [{"hostId": "local", "name": "x"}]}'],
    ['holds a socket with steps upward', '{"hosts": [{"hostId": "unix:///run/../x", "name": "x"}]}'],
    ['holds an address in another spelling', '{"hosts": [{"hostId": "ssh://build/", "name": "x"}]}'],
  ])('is set aside when it %s', async (_, text) => {
    writeFileSync(join(folder, 'hosts.json'), text)
    expect(await new HostsFile(folder).read()).toEqual([])
    expect(readdirSync(folder)).toEqual(['hosts.json.unreadable'])
  })
})
