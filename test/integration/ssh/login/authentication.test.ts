import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { closing, hopTo, nobodyAborts, person, whoIs } from '../../../builders/hosts/ssh-host'
import { runCommand } from '../../../engines/run-command'
import { startPrivateAgent } from '../../../engines/ssh/ssh-agent'
import {
  startPrivateSshd,
  sshdUsers,
  type KeyType,
  type PrivateSshd,
} from '../../../engines/ssh/private-sshd'
import { eventually } from '../../../engines/wait'

let server: PrivateSshd

beforeAll(async () => {
  server = await startPrivateSshd()
})

afterAll(() => server.stop())

const logOf = (transport: ReturnType<typeof closing>): string =>
  transport
    .log()
    .map(({ text }) => text)
    .join('\n')

describe('A key file', () => {
  test.each<KeyType>(['ed25519', 'ecdsa', 'rsa'])('of type %s lets in', async (type) => {
    const key = await server.makeKey(type)
    await server.authorize('keeper', key)
    const transport = closing(hopTo(server, { user: 'keeper', identityFiles: [key] }))
    expect(await whoIs(transport)).toBe('keeper')
  })

  test.each<KeyType>(['ed25519', 'ecdsa', 'rsa'])(
    'of type %s that is encrypted asks for its passphrase',
    async (type) => {
      // One of them as strong as OpenSSH makes it by itself.
      const key = await server.makeKey(type, 'open sesame', type === 'ed25519' ? 16 : 1)
      await server.authorize('keeper', key)
      const transport = closing(hopTo(server, { user: 'keeper', identityFiles: [key] }))
      const ask = person(['wrong'], ['open sesame'])
      await transport.open(ask, nobodyAborts)
      expect(ask.asked).toEqual([
        { kind: 'passphrase', keyFile: key, attempt: 1 },
        { kind: 'passphrase', keyFile: key, attempt: 2 },
      ])
      expect(logOf(transport)).not.toContain('sesame')
    },
  )

  test('whose passphrase is wrong three times gives way to the next method', async () => {
    const key = await server.makeKey('ed25519', 'open sesame')
    await server.authorize('keeper', key)
    const transport = closing(hopTo(server, { user: 'keeper', identityFiles: [key] }))
    const ask = person(['a'], ['b'], ['c'])
    await expect(transport.open(ask, nobodyAborts)).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    expect(ask.asked.map(({ kind }) => kind)).toEqual([
      'passphrase',
      'passphrase',
      'passphrase',
      'keyboard-interactive',
    ])
  })

  test('that the server does not take is not asked for', async () => {
    const stranger = await server.makeKey('ed25519', 'not needed')
    const key = await server.makeKey('ed25519')
    await server.authorize('keeper', key)
    const transport = closing(hopTo(server, { user: 'keeper', identityFiles: [stranger, key] }))
    const ask = person()
    await transport.open(ask, nobodyAborts)
    expect(ask.asked).toEqual([])
  })

  test('that is encrypted needs a person', async () => {
    const key = await server.makeKey('ed25519', 'open sesame')
    await server.authorize('keeper', key)
    const transport = closing(hopTo(server, { user: 'keeper', identityFiles: [key] }))
    await expect(transport.open(undefined, nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'prompt-required' },
    })
  })
})

describe('An agent', () => {
  test('signs for a key whose file is encrypted', async () => {
    const agent = await startPrivateAgent()
    onTestFinished(() => agent.stop())
    const key = await server.makeKey('ed25519')
    await agent.add(key)
    await server.authorize('keeper', key)
    const transport = closing(
      hopTo(server, { user: 'keeper', identityFiles: [`${key}.pub`], agentSocket: agent.socketPath }),
    )
    expect(await whoIs(transport)).toBe('keeper')
  })

  test('with more keys than the server tries does no harm where the right one is named', async () => {
    const agent = await startPrivateAgent()
    onTestFinished(() => agent.stop())
    for (let number = 0; number < 7; number += 1) await agent.add(await server.makeKey('ed25519'))
    const key = await server.makeKey('ed25519')
    await server.authorize('keeper', key)
    const settings = { user: 'keeper', agentSocket: agent.socketPath, identitiesOnly: false }
    const named = closing(hopTo(server, { ...settings, identityFiles: [key] }))
    expect(await whoIs(named)).toBe('keeper')
    const unnamed = closing(hopTo(server, settings))
    await expect(unnamed.open(undefined, nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'authentication-failed', remedy: expect.stringContaining('IdentitiesOnly') as string },
    })
  })

  test('that is not there is told in the log and gives way', async () => {
    const key = await server.makeKey('ed25519')
    await server.authorize('keeper', key)
    const transport = closing(
      hopTo(server, { user: 'keeper', identityFiles: [key], agentSocket: '/nonexistent/agent.sock' }),
    )
    expect(await whoIs(transport)).toBe('keeper')
    expect(logOf(transport)).toContain('The agent cannot be used')
  })
})

describe('A password', () => {
  test('is asked for again when it is wrong, and kept for the next connection', async () => {
    const own = await startPrivateSshd({ config: ['AuthenticationMethods password'] })
    onTestFinished(() => own.stop())
    const transport = closing(hopTo(own, { user: 'keeper' }))
    const ask = person(['wrong'], [sshdUsers.keeper.password])
    await transport.open(ask, nobodyAborts)
    expect(ask.asked).toMatchObject([
      { kind: 'password', user: 'keeper', attempt: 1 },
      { kind: 'password', user: 'keeper', attempt: 2 },
    ])
    expect(logOf(transport)).not.toContain(sshdUsers.keeper.password)
    await own.kill()
    await own.start()
    await eventually(() => logOf(transport).includes('The link is gone'))
    expect(await whoIs(transport)).toBe('keeper')
  })

  test('that is wrong three times ends the attempt', async () => {
    const own = await startPrivateSshd({ config: ['AuthenticationMethods password'] })
    onTestFinished(() => own.stop())
    const transport = closing(hopTo(own, { user: 'keeper' }))
    const ask = person(['a'], ['b'], ['c'], ['d'])
    await expect(transport.open(ask, nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'authentication-failed', message: expect.stringContaining('password') as string },
    })
    expect(ask.asked).toHaveLength(3)
  })
})

describe("A server's questions", () => {
  test('come one after the other, as many as it has', async () => {
    const own = await startPrivateSshd({
      config: ['AuthenticationMethods keyboard-interactive:pam,keyboard-interactive:pam'],
    })
    onTestFinished(() => own.stop())
    const transport = closing(hopTo(own, { user: 'keeper' }))
    const { password } = sshdUsers.keeper
    const ask = person([password], [password])
    await transport.open(ask, nobodyAborts)
    const question = { kind: 'keyboard-interactive', fields: [{ text: 'Password: ', echo: false }] }
    expect(ask.asked).toMatchObject([question, question])
    expect(await whoIs(transport)).toBe('keeper')
  })

  test('follow a key where the server wants both', async () => {
    const own = await startPrivateSshd({ config: ['AuthenticationMethods publickey,keyboard-interactive'] })
    onTestFinished(() => own.stop())
    const wrong = await own.makeKey('rsa')
    const key = await own.makeKey('ed25519')
    await own.authorize('keeper', key)
    const transport = closing(hopTo(own, { user: 'keeper', identityFiles: [wrong, key] }))
    const ask = person([sshdUsers.keeper.password])
    await transport.open(ask, nobodyAborts)
    expect(ask.asked.map(({ kind }) => kind)).toEqual(['keyboard-interactive'])
    expect(logOf(transport)).toContain('accepted, more is wanted')
  })

  test('follow a key of an agent, too', async () => {
    const own = await startPrivateSshd({ config: ['AuthenticationMethods publickey,password'] })
    onTestFinished(() => own.stop())
    const agent = await startPrivateAgent()
    onTestFinished(() => agent.stop())
    const key = await own.makeKey('ed25519')
    await agent.add(key)
    await own.authorize('keeper', key)
    const transport = closing(
      hopTo(own, { user: 'keeper', agentSocket: agent.socketPath, identitiesOnly: false }),
    )
    await transport.open(person([sshdUsers.keeper.password]), nobodyAborts)
    expect(await whoIs(transport)).toBe('keeper')
  })

  test('that are declined end the attempt', async () => {
    const transport = closing(hopTo(server, { user: 'keeper' }))
    await expect(transport.open(person(), nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'cancelled' },
    })
  })
})

test('a login that fails says what was tried and what the server takes', async () => {
  const key = await server.makeKey('ed25519')
  const own = await startPrivateSshd({ config: ['AuthenticationMethods publickey'] })
  onTestFinished(() => own.stop())
  const transport = closing(hopTo(own, { user: 'keeper', identityFiles: [key] }))
  await expect(transport.open(undefined, nobodyAborts)).rejects.toMatchObject({
    failure: {
      kind: 'authentication-failed',
      message: expect.stringMatching(new RegExp(`${key}.*publickey`)) as string,
    },
  })
  expect(logOf(transport)).not.toContain(readFileSync(key, 'utf8').split('\n')[1])
})

test('an encrypted key that no thread can be had for is left aside for the next one', async () => {
  const nobody = 65534
  const folder = mkdtempSync(join(tmpdir(), 'lamina-nobody-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  chownSync(folder, nobody, nobody)
  const script = fileURLToPath(new URL('../commands/out-of-threads.ts', import.meta.url))
  const as = ['--reuid', String(nobody), '--regid', String(nobody), '--clear-groups']
  const { stdout } = await runCommand('setpriv', [...as, 'npx', 'tsx', script], {
    env: { ...process.env, HOME: folder, TMPDIR: folder },
  })
  const { outcome, log } = JSON.parse(stdout) as { outcome: unknown; log: readonly string[] }
  expect(outcome).toBe('in')
  expect(log.find((line) => line.includes('cannot be opened'))).toContain('no room for another thread')
})
