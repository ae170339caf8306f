import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import type { OperationInput, OperationName, OperationOutput } from '../../../../electron/contract/contract'
import { createLamina } from '../../../../electron/operations/application'
import { startPrivateSshd, type PrivateSshd } from '../../../engines/ssh/private-sshd'
import { sharedEngine } from '../../../engines/docker/shared-engine'

const engine = sharedEngine()
let sshd: PrivateSshd
let key: string
let home: string
/** What ssh_config says of a host that gets in; every other host leads to a port where nothing listens. */
let way: string
const elsewhere = 'Host *\n HostName 127.0.0.1\n Port 1\n'

beforeAll(async () => {
  sshd = await startPrivateSshd({ config: ['PasswordAuthentication no', 'KbdInteractiveAuthentication no'] })
  key = await sshd.makeKey('ed25519')
  await sshd.authorize('root', key)
  way = ` HostName 127.0.0.1\n Port ${String(sshd.port)}\n User root\n IdentityFile ${key}\n IdentitiesOnly yes\n UserKnownHostsFile ${sshd.knownHostsFile}\n`
})

afterAll(() => sshd.stop())

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lamina-home-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
})

async function write(name: string, text: string | Buffer): Promise<void> {
  await mkdir(dirname(join(home, name)), { recursive: true })
  await writeFile(join(home, name), text, { mode: 0o600 })
}

/** Lamina for the person of the home folder. */
function lamina(env: NodeJS.ProcessEnv = {}) {
  const own = createLamina({
    dataDir: join(home, 'data'),
    env: { PATH: process.env['PATH'], HOME: home, DOCKER_HOST: engine.dockerHost, ...env },
  })
  onTestFinished(() => own.close())
  return async <Name extends OperationName>(operation: Name, input: OperationInput<Name>) => {
    const result = await own.call(operation, input)
    if (!result.ok) throw new Error(`${operation}: ${result.failure.message} ${result.failure.remedy ?? ''}`)
    return result.value as OperationOutput<Name>
  }
}

/** The engine's socket by another path. */
async function socketAt(name: string): Promise<string> {
  const path = join(home, name)
  await symlink(engine.socketPath, path)
  return path
}

test.each([
  ['测试服务器', 'ssh://测试服务器'],
  ['a+b', 'ssh://a+b'],
  ['web#1', 'ssh://web%231'],
  ['box~old', 'ssh://box~old'],
  ['prod/web1', 'ssh://prod%2Fweb1'],
  ['prod:22', 'ssh://prod%3A22'],
  ['100%', 'ssh://100%25'],
  ['a!b', 'ssh://a!b'],
  ['fe80::1%eth0', 'ssh://[fe80::1%25eth0]'],
])('the alias %s is suggested, added and connected as itself', async (name, hostId) => {
  await write('.ssh/config', `Host ${name}\n${way}Host prod\n${elsewhere}`)
  const call = lamina()
  const { suggestions, warnings } = await call('hosts.suggest', {})
  expect(warnings).toEqual([])
  expect(suggestions[0]).toEqual({ hostId, name, source: 'ssh-config', known: false })
  const typed = await call('hosts.add', { host: name })
  expect(typed).toMatchObject({ hostId, name, saved: true })
  expect(await call('hosts.add', { host: hostId })).toEqual(typed)
  expect((await call('hosts.suggest', {})).suggestions[0]).toMatchObject({ hostId, known: true })
  // The engine is not at a usual place here.
  const withSocket = `${hostId}${engine.socketPath}`
  expect(await call('hosts.connect', { hostId: withSocket })).toMatchObject({ hostId: withSocket })
  expect(await call('containers.list', { hostId: withSocket })).toBeInstanceOf(Array)
})

test('the user and the socket of a Docker context and of DOCKER_HOST are read as Docker reads them', async () => {
  const socketPath = await socketAt('my 100% docker.sock')
  const escaped = socketPath.replace('my 100% ', 'my%20100%25%20')
  await write('.ssh/config', `Host web\n${way.replace(' User root\n', '')}${elsewhere}`)
  const context = { Name: 'spaced', Endpoints: { docker: { Host: `ssh://root@web${escaped}` } } }
  await write('.docker/contexts/meta/0/meta.json', JSON.stringify(context))
  const call = lamina({ DOCKER_HOST: `ssh://%72oot@web${escaped}` })
  const { suggestions } = await call('hosts.suggest', {})
  const hostId = `ssh://root@web${escaped}`
  expect(suggestions.filter(({ source }) => source !== 'ssh-config')).toEqual([
    { hostId, name: 'DOCKER_HOST', source: 'environment', known: false },
  ])
  await call('hosts.connect', { hostId })
  expect(await call('hosts.engines', { hostId })).toContainEqual(
    expect.objectContaining({ socketPath, connected: true, hostId }),
  )
})

test('a host that was kept in an earlier spelling goes on working, and by that spelling', async () => {
  const socketPath = await socketAt('100% docker.sock')
  const [earlier, today] = [
    `ssh://root@[fe80::1%eth0]${socketPath}`,
    `ssh://root@[fe80::1%25eth0]${socketPath.replace('100% ', '100%25%20')}`,
  ]
  await write('.ssh/config', `Host fe80::1%eth0\n${way}${elsewhere}`)
  await write('data/hosts.json', JSON.stringify({ hosts: [{ hostId: earlier, name: 'Old' }] }))
  const call = lamina()
  expect(await call('hosts.list', {})).toContainEqual({
    hostId: today,
    kind: 'ssh',
    name: 'Old',
    saved: true,
  })
  expect(await call('hosts.connect', { hostId: earlier })).toMatchObject({ hostId: today })
  await call('hosts.remove', { hostId: earlier })
  expect(await call('hosts.list', {})).toHaveLength(1)
})

test('what is left out is said with its reason', async () => {
  const bytes = Buffer.from('Host odd|name -x\nHost caf\xe9 unix:///run/x.sock\n', 'latin1')
  await write('.ssh/config', bytes)
  const context = (Host: string) => JSON.stringify({ Name: 'asks', Endpoints: { docker: { Host } } })
  await write('.docker/contexts/meta/0/meta.json', context('ssh://web?x=1'))
  await write('.docker/contexts/meta/1/meta.json', context('ssh://me:secret@web'))
  const { suggestions, warnings } = await lamina()('hosts.suggest', {})
  expect(suggestions).toEqual([
    {
      hostId: 'ssh://unix%3A%2F%2F%2Frun%2Fx.sock',
      name: 'unix:///run/x.sock',
      source: 'ssh-config',
      known: false,
    },
  ])
  expect(warnings).toEqual([
    expect.stringMatching(/A Host in .*config line 2 is no text in UTF-8/),
    expect.stringMatching(/"asks" has a query or a fragment .* left out/),
    expect.stringMatching(/"asks" holds a password.* left out/),
    expect.stringMatching(/"odd\|name" names a host as OpenSSH takes none.* left out/),
    expect.stringMatching(/"-x" names a host as OpenSSH takes none.* left out/),
  ])
  expect(warnings.join()).not.toContain('secret')
})
