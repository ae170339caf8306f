import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createLamina } from '../../electron/operations/application'
import { namedSocket } from '../../electron/session/host/local-host'
import { currentDockerContext } from '../../electron/storage/docker-contexts'
import { runCommand } from '../engines/run-command'
import { sharedEngine } from '../engines/docker/shared-engine'

const engine = sharedEngine()
let home: string
let config: string

/** Docker's own command line makes and chooses contexts, so that they are as it writes them. */
async function context(...words: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: home, DOCKER_CONFIG: config }
  return (await runCommand('docker', ['context', ...words], { env })).stdout.trim()
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lamina-context-'))
  config = join(home, '.docker')
  await context('create', 'private', '--docker', `host=${engine.dockerHost}`)
  await context('create', 'other', '--docker', 'host=unix:///nowhere/other.sock')
  await context('create', 'network', '--docker', 'host=tcp://192.0.2.1:2375')
  await context('create', 'far', '--docker', 'host=ssh://nobody@192.0.2.1')
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** What this machine's containers are with an environment: a list, or why not. */
async function listed(env: Record<string, string> = {}) {
  const lamina = createLamina({
    dataDir: join(home, 'data'),
    env: { PATH: process.env['PATH'], HOME: home, ...env },
  })
  onTestFinished(() => lamina.close())
  const answer = await lamina.call('containers.list', { hostId: 'local' })
  return answer.ok
    ? 'listed'
    : `${answer.failure.kind}: ${answer.failure.message} ${answer.failure.remedy ?? ''}`
}

describe("this machine's engine", () => {
  test('is that of the context that was chosen', async () => {
    await context('use', 'private')
    expect(await listed()).toBe('listed')
  })

  test('is that of DOCKER_CONTEXT, whichever was chosen', async () => {
    await context('use', 'other')
    expect(await listed({ DOCKER_CONTEXT: 'private' })).toBe('listed')
    expect(await listed()).toContain('/nowhere/other.sock')
  })

  test('is that of DOCKER_HOST, whatever the context', async () => {
    await context('use', 'other')
    expect(await listed({ DOCKER_HOST: engine.dockerHost, DOCKER_CONTEXT: 'not there' })).toBe('listed')
  })

  test('is looked for in the folder that DOCKER_CONFIG names', async () => {
    await context('use', 'private')
    const empty = join(home, 'empty')
    await mkdir(empty)
    expect(await listed({ DOCKER_CONFIG: empty, DOCKER_CONTEXT: 'private' })).toContain('no such context')
    expect(await listed({ DOCKER_CONFIG: config, HOME: empty })).toBe('listed')
  })

  test('is not the usual one instead of a context that is not there, which is said', async () => {
    await writeFile(join(config, 'config.json'), JSON.stringify({ currentContext: 'lost' }))
    expect(await listed()).toMatch(
      /^not-found: "docker context use" chose the Docker context "lost", and there is no such/,
    )
    expect(await listed({ DOCKER_CONTEXT: 'lost too' })).toMatch(
      /DOCKER_CONTEXT names .* "lost too".*docker context ls/,
    )
  })

  test('is none on the network, which is said', async () => {
    expect(await listed({ DOCKER_CONTEXT: 'network' })).toMatch(
      /^unsupported-address: .*"network" is tcp:\/\/192\.0\.2\.1:2375, an engine on the network; Lamina takes/,
    )
  })

  test('over TLS is called that', async () => {
    const ca = join(home, 'ca.pem')
    await writeFile(ca, rootCertificates[0] ?? '')
    await context('create', 'secure', '--docker', `host=tcp://192.0.2.1:2376,ca=${ca}`)
    expect(await listed({ DOCKER_CONTEXT: 'secure' })).toContain('an engine on the network by TLS')
  })

  test('is found as ever with the default context, and with one of another host, which is offered', async () => {
    await context('use', 'private')
    expect(await currentDockerContext({ DOCKER_CONTEXT: 'default' }, config)).toBeUndefined()
    expect(await currentDockerContext({ DOCKER_CONTEXT: 'far' }, config)).toEqual({
      name: 'far',
      host: 'ssh://nobody@192.0.2.1',
      tls: false,
    })
    const named = { name: 'far', host: 'ssh://nobody@192.0.2.1', tls: false }
    expect(await namedSocket({}, () => Promise.resolve(named))).toBeUndefined()
  })
})
