import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Result } from '../../../electron/core/base/failure'
import { removeContainers, startContainer } from '../../engines/docker/containers'
import { startPrivateSshd, type PrivateSshd } from '../../engines/ssh/private-sshd'
import { repository } from '../../engines/repository'
import { runCommand } from '../../engines/run-command'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'

const engine = sharedEngine()
const script = join(repository, 'electron/cli/lamina.ts')
const container = uniqueName('over-ssh')
let sshd: PrivateSshd
let home: string
let key: string
let host: string

beforeAll(async () => {
  const onlyKeys = ['PasswordAuthentication no', 'KbdInteractiveAuthentication no']
  sshd = await startPrivateSshd({ config: onlyKeys })
  key = await sshd.makeKey('ed25519')
  await sshd.authorize('root', key)
  host = sshd.address('root', engine.socketPath)
  home = await mkdtemp(join(tmpdir(), 'lamina-home-'))
  await mkdir(join(home, '.ssh'))
  await startContainer(engine.docker, { name: container, image: baseImage })
})

afterAll(async () => {
  await removeContainers(engine.docker, container)
  await sshd.stop()
  await rm(home, { recursive: true })
})

/** A person's own folder and no agent, so that nothing of this machine's user counts. */
function environment(): NodeJS.ProcessEnv {
  const { SSH_AUTH_SOCK: _agent, ...env } = process.env
  return { ...env, HOME: home, LAMINA_DATA_DIR: join(home, 'data'), DOCKER_HOST: engine.dockerHost }
}

async function call(operation: string, input: object): Promise<Result<unknown>> {
  const { stdout } = await runCommand(
    process.execPath,
    ['--import', 'tsx', script, 'call', operation, JSON.stringify(input)],
    { cwd: repository, env: environment(), mayFail: true },
  )
  return JSON.parse(stdout) as Result<unknown>
}

async function batch(...lines: (readonly [string, object])[]): Promise<Result<unknown>[]> {
  const input = lines.map(([operation, given]) => JSON.stringify({ operation, input: given })).join('\n')
  const { stdout } = await runCommand(process.execPath, ['--import', 'tsx', script, 'batch'], {
    cwd: repository,
    env: environment(),
    input,
    mayFail: true,
  })
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Result<unknown>)
}

const logins = async (): Promise<number> =>
  (await sshd.logText()).split('\n').filter((line) => line.includes('Accepted publickey for')).length

test('a connected host serves every operation of a batch over one connection', async () => {
  const before = await logins()
  const files = { identityFile: key, knownHostsFile: sshd.knownHostsFile }
  const answers = await batch(
    ['hosts.connect', { host, ...files }],
    ['containers.list', { hostId: host }],
    ['containers.inspect', { hostId: host, containerId: container }],
    ['images.list', { hostId: host }],
    ['changes.list', { hostId: host, containerId: container }],
    [
      'stacks.compare',
      { left: { hostId: 'local', image: baseImage }, right: { hostId: host, image: baseImage } },
    ],
    ['hosts.connect', { host }],
    ['hosts.list', {}],
    ['hosts.log', { hostId: host }],
    ['hosts.disconnect', { hostId: host }],
    ['hosts.remove', { hostId: host }],
    ['containers.list', { hostId: host }],
  )
  expect(answers.map(({ ok }) => ok)).toEqual([...Array<boolean>(11).fill(true), false])
  expect(answers[0]).toMatchObject({ value: { hostId: host, engine: 'Docker', hostLens: { works: true } } })
  expect(answers[1]).toMatchObject({
    value: expect.arrayContaining([expect.objectContaining({ name: container })]) as unknown,
  })
  expect(answers[4]).toMatchObject({ value: { lens: 'host', changes: [] } })
  expect(answers[5]).toMatchObject({
    value: { left: { hostId: 'local' }, right: { hostId: host }, leftBytes: 0 },
  })
  expect(answers[7]).toMatchObject({ value: [{ hostId: 'local' }, { hostId: host, saved: false, ...files }] })
  expect(JSON.stringify(answers[8])).toContain('accepted')
  expect(answers[11]).toMatchObject({ failure: { kind: 'unknown-host' } })
  expect(await logins()).toBe(before + 1)
})

test('an address in a new process is a host with what ssh_config says about it', async () => {
  const config = [
    'Host rig',
    '  HostName 127.0.0.1',
    `  Port ${sshd.port}`,
    '  User root',
    `  IdentityFile ${key}`,
    `  UserKnownHostsFile ${sshd.knownHostsFile}`,
  ]
  await writeFile(join(home, '.ssh/config'), `${config.join('\n')}\n`)
  expect(await call('containers.list', { hostId: `ssh://rig${engine.socketPath}` })).toMatchObject({
    ok: true,
    value: expect.arrayContaining([expect.objectContaining({ name: container })]) as unknown,
  })
  expect(await call('hosts.suggest', {})).toEqual({
    ok: true,
    value: {
      suggestions: [{ hostId: 'ssh://rig', name: 'rig', source: 'ssh-config', known: false }],
      warnings: [],
    },
  })
})

test('a saved host is connected by its id in the next process', async () => {
  const files = { identityFile: key, knownHostsFile: sshd.knownHostsFile }
  const [added] = await batch(['hosts.add', { host, name: 'Rig', ...files }])
  expect(added).toMatchObject({ value: { hostId: host, kind: 'ssh', name: 'Rig', saved: true, ...files } })
  expect(await call('hosts.connect', { hostId: host })).toMatchObject({ ok: true, value: { hostId: host } })
  expect(JSON.parse(await readFile(join(home, 'data/hosts.json'), 'utf8'))).toEqual({
    hosts: [{ hostId: host, name: 'Rig', ...files }],
  })
  expect(await call('hosts.remove', { hostId: host })).toMatchObject({ ok: true })
})

/** A known_hosts file in which the server's name has a line of one's own. */
async function knownHosts(line: (name: string, key: string) => string): Promise<string> {
  const file = join(home, `known-${uniqueName('hosts')}`)
  const [name = '', ...serverKey] = (await readFile(sshd.knownHostsFile, 'utf8')).trim().split(' ')
  await writeFile(file, `${line(name, serverKey.join(' '))}\n`)
  return file
}

test('what keeps a host from being connected has a kind of its own, and nobody is asked', async () => {
  const stranger = await sshd.makeKey('ed25519')
  const locked = await sshd.makeKey('ed25519', 'open sesame')
  const other = (await readFile(`${stranger}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ')
  const changed = await knownHosts((name) => `${name} ${other}`)
  const revoked = await knownHosts((name, serverKey) => `@revoked ${name} ${serverKey}`)
  const right = { identityFile: key, knownHostsFile: sshd.knownHostsFile }
  const cases = [
    ['prompt-required', { host, ...right, knownHostsFile: join(home, 'none') }],
    ['prompt-required', { host, ...right, identityFile: locked }],
    ['host-key-changed', { host, ...right, knownHostsFile: changed }],
    ['host-key-revoked', { host, ...right, knownHostsFile: revoked }],
    ['authentication-failed', { host, ...right, identityFile: stranger }],
    ['host-unreachable', { host: 'ssh://root@127.0.0.1:1', ...right }],
    ['engine-unreachable', { host: sshd.address('root', '/nowhere.sock'), ...right }],
    ['engine-unreachable', { host: sshd.address('root'), ...right }],
    ['unsupported-address', { host: 'tcp://127.0.0.1:2375' }],
    ['invalid-input', { host: 'ssh://root:secret@127.0.0.1' }],
  ] as const
  await sshd.authorize('root', locked)
  const answers = await batch(...cases.map(([, input]) => ['hosts.connect', input] as const))
  expect(answers.map((answer) => (answer.ok ? 'connected' : answer.failure.kind))).toEqual(
    cases.map(([kind]) => kind),
  )
  for (const answer of answers) expect(answer).toHaveProperty('failure.message')
  expect(answers[2]).toHaveProperty('failure.message', expect.stringContaining(changed))
  expect(answers[7]).toHaveProperty('failure.message', expect.stringContaining('podman'))
})

test('on a terminal the host key and the passphrase are asked for, and the passphrase is not shown', async () => {
  const locked = await sshd.makeKey('ed25519', 'open sesame')
  await sshd.authorize('root', locked)
  const file = join(home, 'accepted')
  const input = JSON.stringify({ host, identityFile: locked, knownHostsFile: file })
  const command = `'${process.execPath}' --import tsx '${script}' call hosts.connect '${input}'`
  // script(1) gives the command a terminal.
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: repository,
    env: environment(),
  })
  const replies = [
    [/\(yes\/no\) /, 'yes\r'],
    [/Passphrase/, 'wrong\r'],
    [/not right[^]*Passphrase/, 'open sesame\r'],
  ] as const
  let shown = ''
  let replied = 0
  child.stdout.on('data', (part: Buffer) => {
    shown += part.toString()
    const reply = replies[replied]
    if (reply?.[0].test(shown) !== true) return
    replied += 1
    child.stdin.write(reply[1])
  })
  const [status] = (await once(child, 'close')) as [number]
  expect(shown).toMatch(/ED25519 key[^]*SHA256:/)
  expect(shown).toContain(`"hostId":"${host}"`)
  expect(shown).not.toMatch(/wrong|sesame/)
  expect(status).toBe(0)
  expect(await readFile(file, 'utf8')).toContain('ssh-ed25519')
})
