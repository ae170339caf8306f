import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HostsFile } from '../../../electron/storage/hosts'
import type { StorageNotice } from '../../../electron/storage/files/storage-notices'

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

  const damaged = '{"hosts": ['

  it('is set aside when it is not JSON, and made anew from the last good copy', async () => {
    const notices: StorageNotice[] = []
    const hosts = new HostsFile(folder, (notice) => notices.push(notice))
    const path = join(folder, 'hosts.json')
    writeFileSync(path, damaged)
    expect(await hosts.read()).toEqual([])
    expect(readFileSync(`${path}.unreadable`, 'utf8')).toBe(damaged)
    await hosts.put(build)
    writeFileSync(path, '[]')
    expect(await hosts.read()).toEqual([build])
    expect(await new HostsFile(folder).read()).toEqual([build])
    expect(readFileSync(`${path}.unreadable`, 'utf8')).toBe(damaged)
    expect(readFileSync(`${path}.unreadable-2`, 'utf8')).toBe('[]')
    expect(notices).toEqual([
      { file: path, problem: 'damaged', movedTo: `${path}.unreadable` },
      { file: path, problem: 'damaged', movedTo: `${path}.unreadable-2`, restored: true },
    ])
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
    ['an id that is no address', { hostId: 'local', name: 'x' }],
    ['a socket with steps upward', { hostId: 'unix:///run/../x', name: 'x' }],
    ['an address in another spelling', { hostId: 'ssh://build/', name: 'x' }],
    ['another kind of address', { hostId: 'kube://cluster/pod', name: 'x', since: 2 }],
    ['no name', { hostId: 'ssh://x' }],
    ['a key file that no system has', { hostId: 'ssh://x', name: 'x', identityFile: '/keys/a\0b' }],
    ['a name that is a book', { hostId: 'ssh://x', name: 'x'.repeat(10_001) }],
    ['nothing', null],
    ['a text', 'ssh://x'],
  ])('leaves out an entry with %s alone, says so, and keeps it in its place', async (_, entry) => {
    const notices: StorageNotice[] = []
    const path = join(folder, 'hosts.json')
    writeFileSync(path, JSON.stringify({ hosts: [build, entry, { ...prod, color: 'red' }], version: 2 }))
    const hosts = new HostsFile(folder, (notice) => notices.push(notice))
    expect(await hosts.read()).toEqual([build, prod])
    expect(notices).toEqual([{ file: path, problem: 'entries', count: 1 }])
    const { identityFile: _key, ...withoutKey } = prod
    await hosts.put(withoutKey)
    await hosts.remove(build.hostId)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      hosts: [entry, { ...withoutKey, color: 'red' }],
      version: 2,
    })
  })

  it('holds a host once, the first time', async () => {
    writeFileSync(join(folder, 'hosts.json'), JSON.stringify({ hosts: [build, { ...build, name: 'other' }] }))
    expect(await new HostsFile(folder).read()).toEqual([build])
  })

  it('says that a host cannot be kept', async () => {
    const notices: StorageNotice[] = []
    const hosts = new HostsFile(join(folder, 'a-file', 'data'), (notice) => notices.push(notice))
    writeFileSync(join(folder, 'a-file'), '')
    expect(await hosts.put(build)).toBe(false)
    expect(notices).toMatchObject([
      { problem: 'not-saved', reason: expect.stringContaining('ENOTDIR') as string },
    ])
  })
})
