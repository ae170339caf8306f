import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { EventPayload } from '../../../../electron/contract/events'
import type { Result } from '../../../../electron/core/base/failure'
import { laminaUnderTest, type LaminaUnderTest } from '../../../builders/lamina-under-test'
import { startPrivateSshd, type PrivateSshd } from '../../../engines/ssh/private-sshd'
import { sharedEngine } from '../../../engines/docker/shared-engine'
import { eventually } from '../../../engines/wait'

const engine = sharedEngine()
let sshd: PrivateSshd
let folder: string
let plainKey: string
let lockedKey: string
let lamina: LaminaUnderTest
let states: readonly EventPayload<'host.changed'>[]
let number = 0

beforeAll(async () => {
  sshd = await startPrivateSshd({ config: ['PasswordAuthentication no', 'KbdInteractiveAuthentication no'] })
  plainKey = await sshd.makeKey('ed25519')
  lockedKey = await sshd.makeKey('ed25519', 'open sesame')
  await sshd.authorize('root', plainKey)
  await sshd.authorize('root', lockedKey)
  folder = await mkdtemp(join(tmpdir(), 'lamina-known-'))
})

afterAll(async () => {
  await sshd.stop()
  await rm(folder, { recursive: true })
})

beforeEach(async () => {
  lamina = await laminaUnderTest(engine)
  states = lamina.events('host.changed')
})

afterEach(() => lamina.close())

const hostId = () => sshd.address('root', engine.socketPath)
const known = () => ({ knownHostsFile: sshd.knownHostsFile })
const connect = (choices: object): Promise<Result<unknown>> =>
  lamina.lamina.call('hosts.connect', { host: hostId(), identityFile: plainKey, ...choices })

/** The question that waits, as soon as one does. */
const question = () =>
  eventually(async () => (await lamina.value('prompts.list', {}))[0], { what: 'a question' })

async function answer(...values: string[]): Promise<void> {
  await lamina.value('prompts.answer', { promptId: (await question()).promptId, values })
}

describe('questions while a host is connected', () => {
  test('an unknown host key is asked about once, and is known from then on', async () => {
    const knownHostsFile = join(folder, String(++number))
    const connecting = connect({ knownHostsFile })
    expect((await question()).prompt).toMatchObject({
      kind: 'host-key',
      host: `[127.0.0.1]:${sshd.port}`,
      keyType: 'ED25519',
      fingerprint: expect.stringMatching(/^SHA256:/) as string,
      file: knownHostsFile,
    })
    await answer()
    expect(await connecting).toMatchObject({ ok: true, value: { hostId: hostId() } })
    await lamina.value('hosts.disconnect', { hostId: hostId() })
    expect(await connect({ knownHostsFile })).toMatchObject({ ok: true })
  })

  test('a key that is declined is refused, and nothing more is tried', async () => {
    const connecting = connect({ knownHostsFile: join(folder, String(++number)) })
    await lamina.value('prompts.answer', { promptId: (await question()).promptId })
    expect(await connecting).toMatchObject({ ok: false, failure: { kind: 'host-key-refused' } })
    expect(states.at(-1)).toMatchObject({ state: 'lost', failure: { kind: 'host-key-refused' } })
    expect(states.at(-1)?.retryIn).toBeUndefined()
    expect(await lamina.failure('containers.list', { hostId: hostId() })).toMatchObject({
      kind: 'host-key-refused',
    })
  })

  test('a passphrase is asked for again when it is wrong, and not when the link is mended', async () => {
    const asked = lamina.events('prompt.asked')
    const connecting = connect({ ...known(), identityFile: lockedKey })
    await answer('wrong')
    await eventually(() => asked.length === 2, { what: 'the second question' })
    await answer('open sesame')
    expect(await connecting).toMatchObject({ ok: true })
    expect(asked.map(({ prompt }) => prompt)).toMatchObject([
      { kind: 'passphrase', keyFile: lockedKey, attempt: 1 },
      { kind: 'passphrase', attempt: 2 },
    ])
    await eventually(() => states.at(-1)?.state === 'connected', { what: 'the host to be connected' })
    const changes = lamina.events('containers.changed')
    await sshd.kill()
    await eventually(() => states.at(-1)?.state === 'lost', { what: 'the link to be missed' })
    await sshd.start()
    await eventually(() => states.at(-1)?.state === 'connected', { what: 'a new link' })
    expect(asked).toHaveLength(2)
    expect(changes.length).toBeGreaterThan(0)
  })

  test('a host key that no file keeps is asked about once, and not when the link is mended', async () => {
    const asked = lamina.events('prompt.asked')
    const connecting = connect({ knownHostsFile: '/dev/null' })
    await answer()
    expect(await connecting).toMatchObject({ ok: true })
    await eventually(() => states.at(-1)?.state === 'connected', { what: 'the host to be connected' })
    await sshd.kill()
    await eventually(() => states.at(-1)?.state === 'lost', { what: 'the link to be missed' })
    await sshd.start()
    await eventually(() => states.at(-1)?.state === 'connected', { what: 'a new link' })
    expect(asked).toHaveLength(1)
    expect(asked[0]?.prompt).not.toHaveProperty('file')
  })

  test('a question about a host key goes when the host does', async () => {
    const knownHostsFile = join(folder, String(++number))
    const closed = lamina.events('prompt.closed')
    const connecting = connect({ knownHostsFile })
    const { promptId } = await question()
    await sshd.kill()
    expect(await connecting).toMatchObject({ ok: false, failure: { kind: 'host-unreachable' } })
    expect(closed).toEqual([{ promptId }])
    await sshd.start()
    await eventually(() => states.at(-1)?.failure?.kind === 'prompt-required', {
      what: 'the host to be tried and to need a person',
    })
    await expect(readFile(knownHostsFile)).rejects.toThrow('ENOENT')
  })

  test('what nobody waits for any more is closed', async () => {
    const closed = lamina.events('prompt.closed')
    const connecting = connect({ ...known(), identityFile: lockedKey })
    const { promptId } = await question()
    await lamina.value('hosts.disconnect', { hostId: hostId() })
    expect(await connecting).toMatchObject({ ok: false })
    expect(closed).toEqual([{ promptId }])
    expect(states.at(-1)).toMatchObject({ state: 'disconnected' })
    expect(await lamina.value('prompts.list', {})).toEqual([])
  })

  test('a window that is closed meanwhile does not wait for an answer', async () => {
    const connecting = connect({ ...known(), identityFile: lockedKey })
    await question()
    await lamina.lamina.close()
    expect(await connecting).toMatchObject({ ok: false })
  })
})

describe('the way a host is lost and found', () => {
  test('after a refused login nothing is tried until a person asks, who then gets in', async () => {
    const key = await sshd.makeKey('ed25519')
    expect(await connect({ ...known(), identityFile: key })).toMatchObject({
      failure: { kind: 'authentication-failed' },
    })
    expect(states.at(-1)).toMatchObject({ state: 'lost', failure: { kind: 'authentication-failed' } })
    expect(states.at(-1)?.retryIn).toBeUndefined()
    await sshd.authorize('root', key)
    expect(await lamina.failure('containers.list', { hostId: hostId() })).toMatchObject({
      kind: 'authentication-failed',
    })
    expect(await lamina.value('hosts.connect', { hostId: hostId() })).toMatchObject({ engine: 'Docker' })
    await eventually(() => states.at(-1)?.state === 'connected', { what: 'the host to be connected' })
  })

  test('a host that is not there yet is connected by itself when it is', async () => {
    await sshd.kill()
    expect(await connect(known())).toMatchObject({ failure: { kind: 'host-unreachable' } })
    expect(states.at(-1)).toMatchObject({ state: 'lost', retryIn: expect.any(Number) as number })
    await sshd.start()
    await eventually(() => states.at(-1)?.state === 'connected', { what: 'a link' })
  })

  test('a disconnected host stays so until it is connected', async () => {
    await connect(known())
    await lamina.value('hosts.disconnect', { hostId: hostId() })
    expect(await lamina.failure('containers.list', { hostId: hostId() })).toMatchObject({
      kind: 'connection-lost',
      message: expect.stringContaining('disconnected') as string,
    })
    const { entries } = await lamina.value('hosts.log', { hostId: hostId() })
    expect(entries.map(({ text }) => text).join('\n')).toContain('accepted')
    expect(await lamina.value('hosts.connect', { hostId: hostId() })).toMatchObject({ hostId: hostId() })
  })

  test('a saved host whose key file is changed is connected anew with it', async () => {
    const changed = lamina.events('hosts.changed')
    await lamina.value('hosts.add', { host: hostId(), ...known(), identityFile: join(folder, 'none') })
    expect(await lamina.failure('hosts.connect', { hostId: hostId() })).toMatchObject({
      kind: 'authentication-failed',
    })
    await lamina.value('hosts.add', { host: hostId(), ...known(), identityFile: plainKey })
    expect(await lamina.value('hosts.connect', { hostId: hostId() })).toMatchObject({ engine: 'Docker' })
    await lamina.value('hosts.remove', { hostId: hostId() })
    expect(changed).toHaveLength(3)
    expect(await lamina.value('hosts.list', {})).toMatchObject([{ hostId: 'local' }])
    expect(await lamina.failure('containers.list', { hostId: hostId() })).toMatchObject({
      kind: 'unknown-host',
    })
  })
})
