import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPrivateSshd, type PrivateSshd } from '../engines/ssh/private-sshd'
import { type AppUnderTest, attempt, startApp } from './app-under-test'

const passphrase = 'open sesame 47114711'
let sshd: PrivateSshd
let subject: AppUnderTest

beforeAll(async () => {
  sshd = await startPrivateSshd()
  // A desktop without a keyring, wherever this test runs.
  subject = await startApp(['--password-store=basic'])
})

afterAll(async () => {
  await subject.close()
  await sshd.stop()
})

// Without a keyring Chromium encrypts with a key that stands in its source: whoever has the file has the passphrase.
test('A passphrase is not stored where no keyring protects it, even if the page asks for that', async () => {
  const identityFile = await sshd.makeKey('ed25519', passphrase)
  await sshd.authorize('root', identityFile)
  const input = { host: sshd.address('root'), identityFile, knownHostsFile: sshd.knownHostsFile }
  const script = `new Promise((resolve) => {
    let canRemember
    window.lamina.onEvent(({ name, payload }) => {
      if (name !== 'prompt.asked') return
      canRemember = payload.canRemember
      const answer = { promptId: payload.promptId, values: [${JSON.stringify(passphrase)}], remember: true }
      window.lamina.call('s-1', 'prompts.answer', answer)
    })
    window.lamina.call('s-2', 'hosts.connect', ${JSON.stringify(input)}).then((result) =>
      resolve(JSON.stringify({ canRemember, kind: result.failure?.kind })))
  })`
  // The login succeeds; there is no engine behind this server.
  expect(JSON.parse(await attempt(subject.page, script))).toEqual({
    canRemember: false,
    kind: 'engine-unreachable',
  })
  const files = await readdir(subject.dataDir)
  expect(files).not.toContain('secrets.json')
  for (const file of files.filter((name) => name.endsWith('.json')))
    expect(await readFile(join(subject.dataDir, file), 'utf8')).not.toContain(passphrase)
})
