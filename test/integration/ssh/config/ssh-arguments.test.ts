import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseSshArgument, type SshAddress } from '../../../../electron/core/hosts/ssh-address'
import { oneOf, seededRandom } from '../../../builders/random'
import { runCommand } from '../../../engines/run-command'

let config: string

beforeAll(async () => {
  config = join(await mkdtemp(join(tmpdir(), 'lamina-ssh-arguments-')), 'config')
  await writeFile(config, 'Host *\n HostName 127.0.0.1\n Port 1\n')
})

afterAll(() => rm(join(config, '..'), { recursive: true, force: true }))

/** What ssh makes of its argument; nothing where it refuses it. */
async function readBySsh(argument: string): Promise<SshAddress | undefined> {
  const { status, stdout } = await runCommand('ssh', ['-G', '-F', config, '--', argument], { mayFail: true })
  const value = (keyword: string) => new RegExp(`^${keyword} (.*)$`, 'm').exec(stdout)?.[1]
  const [host, user, port] = [value('host'), value('user'), value('port')]
  if (status !== 0 || host === undefined || host === '') return undefined
  const hasUser = /@/.test(argument)
  return {
    host,
    ...(hasUser && user !== undefined ? { user } : {}),
    ...(port === '1' ? {} : { port: Number(port) }),
  }
}

const letters = [
  ...'ab1é测.-_@:/%25[]#?+!*=^~,;\'"`$&<>|(){}\\ ',
  '\u00a0',
  '\u202e',
  '\u0085',
  '\u0001',
  '\t',
]
const pieces = ['ssh://', 'me@', '%40', '%2F', '%zz', ':22', ':0', '[::1]', 'fe80::1%eth0', '-', ...letters]

test('random arguments are read as ssh reads them', async () => {
  const random = seededRandom(14)
  const counts = { read: 0, refused: 0 }
  for (let at = 0; at < 400; at += 1) {
    const length = 1 + Math.floor(random() * 5)
    const argument = Array.from({ length }, () => oneOf(random, pieces)).join('')
    // URLs are read as Docker reads them.
    if (argument.startsWith('ssh://')) continue
    const theirs = await readBySsh(argument)
    const ours = parseSshArgument(argument)
    expect({ argument, read: ours.ok ? ours.address : undefined }).toEqual({ argument, read: theirs })
    counts[theirs === undefined ? 'refused' : 'read'] += 1
  }
  expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(50)
})

test('random URLs without a plus sign that ssh takes lead to the same host', async () => {
  const random = seededRandom(41)
  const inUser = ['a', '1', '.', '_', '-', '~', '%40', '%5C', '%2F', '%20', '$', '!', '%C3%A9', '%25', '*']
  for (let at = 0; at < 100; at += 1) {
    const part = (from: readonly string[]) =>
      Array.from({ length: 1 + Math.floor(random() * 4) }, () => oneOf(random, from)).join('')
    const user = random() < 0.7 ? `${part(inUser)}@` : ''
    const url = `ssh://${user}${part(['a', '1', '-', '_', '.b'])}${oneOf(random, ['', ':22', ':', ':022', '/', ':0', ':x'])}`
    const theirs = await readBySsh(url)
    const ours = parseSshArgument(url)
    if (theirs !== undefined)
      expect({ url, read: ours }).toEqual({ url, read: { ok: true, address: theirs } })
  }
})
