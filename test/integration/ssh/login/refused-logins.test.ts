import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuthContext } from 'ssh2'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { FailureError } from '../../../../electron/core/base/failure'
import { isFailure } from '../../../../electron/core/base/failure'
import type { HopSettings } from '../../../../electron/transport/ssh-config/hop-settings'
import { hopTo, nobodyAborts, person, transportOver, usualLogin } from '../../../builders/hosts/ssh-host'
import { type PrivateSshdOptions, startPrivateSshd, sshdUsers } from '../../../engines/ssh/private-sshd'
import { startScriptedSshd } from '../../../engines/ssh/scripted-sshd'

const { password } = sshdUsers.keeper

/** Logs in as `keeper`, giving the right password whenever there is one to give. */
async function refusal(
  server: { readonly port: number; readonly knownHostsFile: string },
  changes: Partial<HopSettings> = {},
): Promise<FailureError['failure']> {
  const transport = transportOver(hopTo(server, { user: 'keeper', ...changes }))
  onTestFinished(() => transport.close())
  const again = Array.from({ length: 9 }, () => [password])
  const error = await transport.open(person(...again), nobodyAborts).catch((why: unknown) => why)
  if (!isFailure(error)) throw new Error('The host let in', { cause: error })
  return error.failure
}

async function serverWith(options: PrivateSshdOptions) {
  const server = await startPrivateSshd(options)
  onTestFinished(() => server.stop())
  return server
}

function nologinFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'lamina-nologin-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const path = join(folder, 'nologin')
  writeFileSync(path, text)
  return path
}

const pamWith = (account: string): PrivateSshdOptions => ({
  pam: ['auth required pam_unix.so nodelay', `account ${account}`],
})
const by = (method: 'password' | 'keyboard-interactive') => ({ login: { ...usualLogin, methods: [method] } })

describe.each(['password', 'keyboard-interactive'] as const)('By %s', (method) => {
  test('an account that has expired is told in the words of the host', async () => {
    const server = await serverWith({ aging: { keeper: '20000:0:99999:7::1:' } })
    expect(await refusal(server, by(method))).toMatchObject({
      kind: 'authentication-failed',
      message: expect.stringContaining(
        'It says: “Your account has expired; please contact your system administrator.”',
      ) as string,
      remedy: expect.stringContaining('chage') as string,
    })
  })

  test('a host that boots is told, and lets in by itself some time later', async () => {
    const text =
      'System is booting up. Unprivileged users are not permitted to log in yet. For technical details, see pam_nologin(8).\n'
    const server = await serverWith(pamWith(`required pam_nologin.so file=${nologinFile(text)}`))
    expect(await refusal(server, by(method))).toMatchObject({
      kind: 'host-unreachable',
      message: expect.stringContaining('System is booting up') as string,
      remedy: expect.stringContaining('Wait until the host has started') as string,
    })
  })

  test('words that act on a display are shown, and no more of them than are read', async () => {
    const text = `\u001b[31mred\u202e ${'long '.repeat(2000)}`
    const server = await serverWith(pamWith(`required pam_nologin.so file=${nologinFile(text)}`))
    const { message } = await refusal(server, by(method))
    expect(message).toContain('\\u001b[31mred\\u202e long long')
    expect(message.length).toBeLessThan(900)
  })
})

test('a password that has to be another is asked for, line by line', async () => {
  const server = await serverWith({ aging: { keeper: '0:0:99999:7:::' } })
  const transport = transportOver(hopTo(server, { user: 'keeper', ...by('keyboard-interactive') }))
  onTestFinished(() => transport.close())
  const ask = person([password], [password])
  await expect(transport.open(ask, nobodyAborts)).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  expect(ask.asked).toMatchObject([
    { instructions: '', fields: [{ text: 'Password: ' }] },
    {
      instructions: expect.stringMatching(/^You are required to change your password .*\n/) as string,
      fields: [{ text: 'Current password: ' }],
    },
    { fields: [{ text: 'New password: ' }] },
  ])
})

describe('A server', () => {
  async function scripted(login: (attempt: AuthContext) => void) {
    const server = await startScriptedSshd({ login })
    onTestFinished(() => server.close())
    return server
  }

  test('that wants a new password by the method itself is told so', async () => {
    const server = await scripted((attempt) => {
      if (attempt.method === 'password') attempt.requestChange('Choose another one.', () => undefined)
      else attempt.reject(['password'])
    })
    expect(await refusal(server)).toMatchObject({
      kind: 'authentication-failed',
      message: expect.stringMatching(/has expired.*“Choose another one\.”/) as string,
      remedy: expect.stringContaining('ssh on a terminal') as string,
    })
  })

  test('that closes the connection at a method is told by that method', async () => {
    const server = await scripted((attempt) => {
      if (attempt.method === 'password') server.dropConnections()
      else attempt.reject(['password'])
    })
    expect(await refusal(server)).toMatchObject({
      kind: 'host-unreachable',
      message: expect.stringContaining('closed it at password and did not say why') as string,
    })
  })
})

test('an account that may neither forward nor run anything is told why its engine is out of reach', async () => {
  const server = await serverWith({ config: ['DisableForwarding yes', 'ForceCommand internal-sftp'] })
  const key = await server.makeKey('ed25519')
  await server.authorize('keeper', key)
  const transport = transportOver(hopTo(server, { user: 'keeper', identityFiles: [key] }))
  onTestFinished(() => transport.close())
  await expect(transport.openStream('/run/engine.sock', nobodyAborts)).rejects.toMatchObject({
    failure: {
      kind: 'engine-unreachable',
      message: expect.stringMatching(
        /opens no stream to \/run\/engine\.sock.*sftp connections only/,
      ) as string,
      remedy: expect.stringContaining('SFTP alone') as string,
    },
  })
})
