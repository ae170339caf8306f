import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, removeImages, runInContainer } from '../../engines/docker/containers'
import { containerWithHeldCommit } from '../../engines/held/held-commit'
import { startPrivateSshd, type PrivateSshd } from '../../engines/ssh/private-sshd'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'

// One engine by four addresses: what is being committed must not change meanwhile, whichever of them it is changed by.
const engine = sharedEngine()
let folder: string
let server: PrivateSshd
let lamina: LaminaUnderTest
const hosts = new Map<string, string>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lamina-turns-'))
  server = await startPrivateSshd()
  lamina = await laminaUnderTest(engine)
  const link = join(folder, 'docker.sock')
  await symlink(engine.socketPath, link)
  const identityFile = await server.makeKey('ed25519')
  await server.authorize('root', identityFile)
  const { knownHostsFile } = server
  const ssh = server.address('root', engine.socketPath)
  const connected = async (host: string, choices = {}) =>
    (await lamina.value('hosts.connect', { host, ...choices })).hostId
  hosts.set('this machine', (await lamina.value('hosts.connect', { hostId: 'local' })).hostId)
  hosts.set('another path of its socket', await connected(`unix://${link}`))
  hosts.set('SSH', await connected(ssh, { identityFile, knownHostsFile }))
  hosts.set(
    'SSH to another path',
    await connected(server.address('root', link), { identityFile, knownHostsFile }),
  )
})

afterAll(async () => {
  await lamina.close()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

/** A container of which a snapshot is being made by one address. */
async function beingCommitted(by: string) {
  const name = uniqueName('turns')
  const reference = `${uniqueName('turns')}:1`
  onTestFinished(async () => {
    await removeContainers(engine.docker, name)
    await removeImages(engine.docker, reference)
  })
  const commit = await containerWithHeldCommit(engine.docker, { name, image: baseImage })
  onTestFinished(() => commit.release())
  const asked = { hostId: hosts.get(by) ?? '', containerId: name, reference, message: '', author: '' }
  const committing = lamina.lamina.call('snapshots.commit', asked)
  await commit.wanted
  return { name, reference, commit, committing }
}

test.each([
  ['this machine', 'another path of its socket'],
  ['this machine', 'SSH'],
  ['SSH', 'this machine'],
  ['SSH', 'SSH to another path'],
  ['SSH', 'SSH'],
])('a snapshot made by %s is waited for by an undoing by %s', async (first, second) => {
  const { name, reference, commit, committing } = await beingCommitted(first)
  const place = { hostId: hosts.get(second) ?? '', containerId: name, path: '/new' }
  let isDone = false
  const undoing = lamina.lamina.call('undo.apply', { ...place, action: 'remove' }).finally(() => {
    isDone = true
  })
  // What an undoing that does not wait asks first is answered meanwhile, twice.
  for (const _ of [1, 2]) expect(await lamina.value('undo.plan', place)).toMatchObject({ action: 'remove' })
  expect(isDone).toBe(false)
  await commit.release()
  expect(await committing).toMatchObject({ ok: true, value: { frozen: true } })
  expect(await undoing).toMatchObject({ ok: true, value: { action: 'remove' } })
  expect(await runInContainer(engine.docker, name, 'ls /new 2>&1 || true')).toContain('No such file')
  const kept = await engine.docker(['run', '--rm', reference, 'cat', '/new'])
  expect(kept.stdout).toBe('two\n')
})

test('an undoing that is cancelled while it waits is never begun', async () => {
  const { name, commit, committing } = await beingCommitted('SSH')
  const place = { hostId: 'local', containerId: name, path: '/new' }
  const giving = new AbortController()
  const asked = { ...place, action: 'remove' }
  const undoing = lamina.lamina.call('undo.apply', asked, { signal: giving.signal })
  await lamina.value('undo.plan', place)
  giving.abort()
  expect(await undoing).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
  await commit.release()
  expect(await committing).toMatchObject({ ok: true })
  expect(await runInContainer(engine.docker, name, 'cat /new')).toBe('two\n')
})
