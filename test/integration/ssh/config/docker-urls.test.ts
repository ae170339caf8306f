import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseSshAddress, type SshAddress } from '../../../../electron/core/hosts/ssh-address'
import { runCommand } from '../../../engines/run-command'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lamina-docker-urls-'))
  // Docker may have ssh go more than once, and end it at any time.
  const script = `#!/bin/sh\nnew=$(mktemp '${folder}/new-XXXXXX')\nprintf '%s\\0' "$@" >"$new"\nmv "$new" '${join(folder, 'asked')}'\nexit 1\n`
  await writeFile(join(folder, 'ssh'), script)
  await chmod(join(folder, 'ssh'), 0o755)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Where Docker's command line has ssh go for an address; nothing where it refuses it. */
async function askedOfSsh(address: string): Promise<SshAddress | undefined> {
  await rm(join(folder, 'asked'), { force: true })
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}`, DOCKER_CONFIG: folder }
  await runCommand('docker', ['-H', address, 'version'], { mayFail: true, env })
  const asked = await readFile(join(folder, 'asked'), 'utf8').catch(() => '')
  // Newer versions quote for a shell.
  const words = asked.split('\0').map((word) => word.replace(/^'(.*)'$/s, '$1'))
  const after = (option: string) => (words.includes(option) ? words[words.indexOf(option) + 1] : undefined)
  const [host, user, port] = [after('--'), after('-l'), after('-p')]
  if (host === undefined) return undefined
  const command = words.slice(words.indexOf(host) + 1).join(' ')
  const socketPath = /--host[= ]unix:\/\/(.*[^/])'? system dial-stdio/s.exec(command)?.[1]
  return {
    host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(socketPath === undefined ? {} : { socketPath }),
  }
}

test.each([
  'ssh://web',
  'ssh://me@web:2222/',
  'ssh://web:',
  'ssh://web//',
  'ssh://joe%40corp.example@web',
  'ssh://joe@corp.example@web',
  'ssh://dev+ops@web',
  'ssh://dev%2Bops@web',
  'ssh://svc$@web',
  'ssh://CORP%5Cjoe@web',
  'ssh://two%20words@web',
  'ssh://a%3Ab@web',
  'ssh://j%C3%BCrgen@web',
  'ssh://a!b=c*@web',
  'ssh://[::1]:22',
  'ssh://[fe80::1%25eth0]:2222',
  'ssh://测试服务器',
  'ssh://%E6%B5%8B%E8%AF%95',
  'ssh://a+b',
  'ssh://box~old',
  'ssh://a_b',
  'ssh://web/run/my%20docker.sock',
  'ssh://web/run/my docker.sock',
  'ssh://web/run/100%25.sock',
  'ssh://web/run/a+b@c:d.sock',
  'ssh://a/b@web',
])('%s leads where Docker goes with it', async (address) => {
  const theirs = await askedOfSsh(address)
  expect(theirs).toBeDefined()
  expect(parseSshAddress(address)).toEqual({ ok: true, address: theirs })
})

test.each(['ssh://', 'ssh:///run/x.sock', 'ssh://me:secret@web', 'ssh://a b@web', 'ssh://web:ssh'])(
  '%s is refused as by Docker',
  async (address) => {
    expect(await askedOfSsh(address)).toBeUndefined()
    expect(parseSshAddress(address).ok).toBe(false)
  },
)
