import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { expandTilde } from '../../../../../electron/transport/ssh-config/files/expand'
import { readWithoutSsh, resolveWith } from '../../../../../electron/transport/ssh-config/resolve'
import { homesNamedIn } from '../../../../../electron/transport/ssh-config/files/user-homes'

const { signal } = new AbortController()

async function homeWith(files: Readonly<Record<string, string>>) {
  const home = await mkdtemp(join(tmpdir(), 'lamina-homes-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await mkdir(join(home, '.ssh'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(home, '.ssh', name), content)
  const environment = { home, localUser: 'me', systemConfigFile: '/nonexistent' }
  const resolved = () =>
    resolveWith((question) => readWithoutSsh(question, environment), { host: 'web' }, {}, environment, signal)
  return { home, resolved }
}

test('homes are those of the list of users, by the very name', async () => {
  const { username, homedir } = userInfo()
  const paths = [`~${username}/a`, `~${username}`, '~/b', '/c', '~nobody-of-this-name/d', '~0/e', 'f~root/g']
  expect([...(await homesNamedIn(paths))]).toEqual([[username, homedir]])
})

test('a tilde is replaced where it begins a path', () => {
  const others = new Map([['other', '/srv/other']])
  const cases = {
    '~': '/me',
    '~/a': '/me/a',
    '~other': '/srv/other',
    '~other/a/~': '/srv/other/a/~',
    'a/~/b': 'a/~/b',
  }
  for (const [path, expanded] of Object.entries(cases))
    expect(expandTilde(path, '/me', others)).toBe(expanded)
  expect(() => expandTilde('~stranger/a', '/me', others)).toThrow(/the user stranger, who does not exist/)
})

test("another user's home is found in options and in includes", async () => {
  const root = '~root/../../../..'
  const { home, resolved } = await homeWith({ more: 'IdentityFile /a/key\n' })
  await writeFile(
    join(home, '.ssh/config'),
    `Include ${root}${home}/.ssh/more\nIdentityFile ${root}/b/key\nUserKnownHostsFile ${root}/c/known\n`,
  )
  const { hops } = await resolved()
  expect(hops[0]).toMatchObject({ identityFiles: ['/a/key', '/b/key'], userKnownHostsFiles: ['/c/known'] })
})

test.each(['IdentityFile', 'UserKnownHostsFile', 'IdentityAgent', 'CertificateFile', 'Include'])(
  'a user who does not exist is an error in %s',
  async (option) => {
    const { resolved } = await homeWith({ config: `${option} ~nobody-of-this-name/a\n` })
    await expect(resolved()).rejects.toMatchObject({ failure: { kind: 'invalid-input' } })
  },
)

test('a key that is tried unasked counts with its public part alone', async () => {
  const { home, resolved } = await homeWith({ 'id_ed25519.pub': '', id_rsa: '' })
  const { hops } = await resolved()
  expect(hops[0].identityFiles).toEqual(['id_rsa', 'id_ed25519'].map((name) => join(home, '.ssh', name)))
})
