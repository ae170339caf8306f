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
