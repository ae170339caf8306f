import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { outputOf } from '../../../../electron/transport/transport'
import { laminaUnderTest } from '../../../builders/lamina-under-test'
import { hopTo, nobodyAborts, transportOver } from '../../../builders/hosts/ssh-host'
import { engineProxy, type EngineProxy } from '../../../engines/engine/engine-proxy'
import {
  type PrivateSshd,
  type PrivateSshdOptions,
  startPrivateSshd,
} from '../../../engines/ssh/private-sshd'
import { runCommand } from '../../../engines/run-command'
import { sharedEngine } from '../../../engines/docker/shared-engine'

/** The engine that was asked for its containers: the one at the usual socket, the other one, or none. */
export type Reached = 'usual' | 'other' | 'none'

/** A host as a case prepares it. In its texts and files, OTHER stands for the path of the other engine's socket. */
export interface DockerCase {
  readonly name: string
  readonly server?: PrivateSshdOptions
  /** What stands in front of the key in authorized_keys. FOLDER stands for a folder of the case that everybody can read. */
  readonly key?: string
  /** Files below the home folder, or in FOLDER where they begin with that; those in FOLDER are programs. */
  readonly files?: Readonly<Record<string, string>>
  /** What Docker's own command line does to the user's contexts there before, one call of `docker context` each. */
  readonly contexts?: readonly (readonly string[])[]
  /** A socket in the address, for both. */
  readonly socket?: string
  readonly reached: Reached
  /** Where Lamina reaches another one than Docker's CLI: which, and why. */
  readonly lamina?: { readonly reached: Reached; readonly because: string }
  /** What Lamina says of the host lens where it does not work, or of the failure, as one text. */
  readonly says?: RegExp
}

const engine = sharedEngine()
let usual: EngineProxy
let other: EngineProxy

/** Two sockets of the run's engine that can be told apart by what they were asked. */
export function withTwoEngines(): void {
  beforeAll(async () => {
    ;[usual, other] = await Promise.all([engineProxy(engine.socketPath), engineProxy(engine.socketPath)])
    for (const { dockerHost } of [usual, other]) await chmod(dirname(pathIn(dockerHost)), 0o711)
  })
  afterAll(() => Promise.all([usual.close(), other.close()]))
}

/** Where the other engine's socket is; for tests of a file with two engines. */
export function otherSocket(): string {
  return pathIn(other.dockerHost)
}

function pathIn(dockerHost: string): string {
  return dockerHost.slice('unix://'.length)
}

/** A host of a case, where root logs in by a key. */
export interface CaseHost {
  readonly server: PrivateSshd
  readonly identityFile: string
  /** The address, with the socket of the case. */
  readonly address: string
}

/** Makes a test of each case: Docker's CLI over SSH and Lamina reach the engine that the case tells. */
export function besideDocker(cases: readonly DockerCase[]): void {
  test.each(cases)('$name', async (one) => {
    const host = await hostOf(one)
    const theirs = await reachedBy(() => askedByDocker(host))
    expect({ docker: theirs.reached, said: theirs.said }).toMatchObject({ docker: one.reached })
    const ours = await reachedBy(() => askedByLamina(host))
    expect(ours).toMatchObject({ reached: one.lamina?.reached ?? one.reached })
    if (one.says !== undefined) expect(ours.said).toMatch(one.says)
  })
}

/** Who was asked for containers meanwhile, and what was said. */
async function reachedBy(asking: () => Promise<string>): Promise<{ reached: Reached; said: string }> {
  const before = [usual, other].map(({ requests }) => requests.length)
  const said = await asking()
  const wasAsked = [usual, other].map(({ requests }, at) =>
    requests.slice(before[at]).some((line) => line.includes('/containers/json')),
  )
  expect(wasAsked).not.toEqual([true, true])
  return { reached: wasAsked[0] === true ? 'usual' : wasAsked[1] === true ? 'other' : 'none', said }
}

/** Starts the server of a case with the usual socket in its place; gone with the test. */
export async function hostOf(one: Omit<DockerCase, 'name' | 'reached'>): Promise<CaseHost> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-beside-docker-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o755)
  const filled = (text: string) => text.replaceAll('OTHER', otherSocket()).replaceAll('FOLDER', folder)
  const server = await startPrivateSshd(
    JSON.parse(filled(JSON.stringify(one.server ?? {}))) as PrivateSshdOptions,
  )
  onTestFinished(() => server.stop())
  const home = server.home('root')
  for (const [path, content] of Object.entries(one.files ?? {})) {
    const place = path.startsWith('FOLDER') ? filled(path) : join(home, path)
    await mkdir(dirname(place), { recursive: true })
    await writeFile(place, filled(content), { mode: 0o755 })
  }
  await putUsualSocket(server)
  const env = { PATH: process.env['PATH'], HOME: home }
  for (const words of one.contexts ?? [])
    await runCommand('docker', ['context', ...words.map(filled)], { env })
  const identityFile = await server.makeKey('ed25519')
  const key = await readFile(`${identityFile}.pub`, 'utf8')
  await writeFile(join(server.folder, 'keys/root'), `${filled(one.key ?? '')} ${key}`.trimStart())
  const address = server.address('root', one.socket === undefined ? '' : filled(one.socket))
  return { server, identityFile, address }
}

/** The server has a `/run` of its own, in which the usual socket comes to lead to the usual engine. */
async function putUsualSocket(server: PrivateSshd): Promise<void> {
  const key = await server.makeKey('ed25519')
  await server.authorize('helper', key)
  const transport = transportOver(hopTo(server, { user: 'helper', identityFiles: [key] }))
  const script = 'IFS= read -r to; ln -s "$to" /run/docker.sock'
  const input = Buffer.from(`${pathIn(usual.dockerHost)}\n`)
  await outputOf(transport, { name: 'a test', script, input, elevated: true }, nobodyAborts)
  await transport.close()
}

/** Docker's CLI has ssh of itself, which reads no other configuration than the user's own; one in front of it does. */
async function askedByDocker({ server, identityFile, address }: CaseHost): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-docker-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const options = ['IdentitiesOnly yes', 'BatchMode yes', 'ControlMaster no', `IdentityFile ${identityFile}`]
  const config = [...options, `UserKnownHostsFile ${server.knownHostsFile}`].join('\n')
  await writeFile(join(folder, 'config'), `${config}\n`)
  const ssh = `#!/bin/sh\nexec /usr/bin/ssh -F '${join(folder, 'config')}' "$@"\n`
  await writeFile(join(folder, 'ssh'), ssh, { mode: 0o755 })
  const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, HOME: folder, DOCKER_HOST: address }
  const { stderr } = await runCommand('docker', ['ps', '--quiet'], { env, mayFail: true })
  return stderr
}

async function askedByLamina({ server, identityFile, address }: CaseHost): Promise<string> {
  const lamina = await laminaUnderTest({ dockerHost: 'unix:///nonexistent/engine.sock' })
  onTestFinished(() => lamina.close())
  const input = { host: address, identityFile, knownHostsFile: server.knownHostsFile }
  const connected = await lamina.lamina.call('hosts.connect', input)
  if (!connected.ok)
    return `${connected.failure.kind}: ${connected.failure.message} ${connected.failure.remedy ?? ''}`
  const { hostId, hostLens } = connected.value as { hostId: string; hostLens: { reason?: string } }
  await lamina.value('containers.list', { hostId, all: true })
  return hostLens.reason ?? ''
}
