import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand, type CommandResult } from '../../engines/run-command'
import { startPrivateSshd, sshdUsers, type PrivateSshd, type SshdUser } from '../../engines/ssh/private-sshd'

let server: PrivateSshd
let key: string

beforeAll(async () => {
  server = await startPrivateSshd()
  key = await server.makeKey('ed25519')
  for (const user of Object.keys(sshdUsers) as SshdUser[]) await server.authorize(user, key)
})

afterAll(() => server.stop())

async function ssh(user: SshdUser, command: string): Promise<CommandResult> {
  const options = ['BatchMode=yes', `UserKnownHostsFile=${server.knownHostsFile}`, 'IdentitiesOnly=yes']
  const args = [
    '-F',
    'none',
    '-i',
    key,
    '-p',
    `${server.port}`,
    ...options.flatMap((option) => ['-o', option]),
  ]
  return await runCommand('ssh', [...args, `${user}@127.0.0.1`, command], { mayFail: true })
}

test.each(Object.keys(sshdUsers) as SshdUser[])('%s can log in with a key', async (user) => {
  expect((await ssh(user, 'id -un; pwd')).stdout).toBe(`${user}\n${server.home(user)}\n`)
})

test('sudo without a password is for helper alone', async () => {
  expect((await ssh('helper', 'sudo -n id -u')).stdout).toBe('0\n')
  expect((await ssh('stranger', 'sudo -n id -u')).status).not.toBe(0)
})

test("the machine's own users are as they were", async () => {
  expect(await readFile('/etc/passwd', 'utf8')).not.toContain(server.folder)
})

test('a killed server lets nobody in until it is started again', async () => {
  await server.kill()
  expect((await ssh('root', 'true')).status).toBe(255)
  await server.start()
  expect((await ssh('root', 'true')).status).toBe(0)
})

test('nothing is left of a server that was stopped', async () => {
  const other = await startPrivateSshd()
  await other.stop()
  expect(existsSync(other.folder)).toBe(false)
  const { stdout } = await runCommand('pgrep', ['-f', basename(other.folder)], { mayFail: true })
  expect(stdout).toBe('')
  expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(basename(other.folder))
})
