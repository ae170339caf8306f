import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readKnownHosts } from '../../../../electron/transport/known-hosts/known-hosts'
import { askRevoked } from '../../../../electron/transport/known-hosts/revoked-keys'
import { oneOf, seededRandom } from '../../../builders/random'
import { nobodyAborts } from '../../../builders/hosts/ssh-host'
import { ecdsa, ed25519, keyOf, rsa } from '../../../unit/transport/public-keys'
import { hashed, sshOracle } from './known-hosts-oracle'

const rounds = 25
const others = [ed25519(), rsa(), ecdsa(), rsa(768)].map(({ text }) => text)
const names = [
  ...['web', 'WEB', 'w?b', 'web,db', '[web]:2222', '[*]:2222', '*', 'db', '!web', '!db', ''],
  ...['web', '[web]:2222', 'db'].map(hashed),
]
const marks = ['', '', '', '@revoked ', '@revoked  ', '@cert-authority ', '@what ']

let folder: string
let ssh: Awaited<ReturnType<typeof sshOracle>>
let random: () => number

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-random-host-keys-'))
  ssh = await sshOracle(folder)
  random = seededRandom(20261201)
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** What stands in the place of a key: often one, also nearly one. */
function someKey(): string {
  const { text } = ssh.key
  const odd = [
    ...['', '# x', '\r', '\0', ' ', '\f', 'ssh-ed25519', `"option" ${text}`, `${text}=`],
    ...[text.slice(0, -2), text.replace(' ', '\t'), text.replace(' ', '\r'), `${text}\rx`, `${text}\0x`],
    ...['\r', '\0'].map((byte) => `${text.slice(0, 45)}${byte}${text.slice(45)}`),
    ...[ssh.certificate, ssh.certificate.replace('-cert-v01@openssh.com', '')],
    keyOf('ssh-unheard', Buffer.alloc(3)).text,
  ]
  const draw = random()
  return draw < 0.35 ? text : oneOf(random, draw < 0.7 ? others : odd)
}

const end = (): string => oneOf(random, ['', '', ' note', '\r', '\t'])
const linesOf = (line: () => string): string =>
  Array.from({ length: 1 + Math.floor(random() * 4) }, line).join('\n')

test('known hosts at random are judged as ssh judges them', async () => {
  const file = join(folder, 'known_hosts')
  for (let round = 0; round < rounds; round++) {
    const line = () =>
      `${oneOf(random, marks)}${oneOf(random, names)}${oneOf(random, [' ', '\t', '  '])}${someKey()}${end()}`
    const [text, port] = [linesOf(line), oneOf(random, [22, 2222])]
    writeFileSync(file, text, 'latin1')
    const { verdict } = (await readKnownHosts([file])).judge({ host: 'Web', port }, ssh.key)
    const theirs = (await ssh.verdict({ knownHosts: file, port })).split(' ', 1)[0]
    expect({ text, port, verdict }).toEqual({ text, port, verdict: theirs })
  }
})

test('RevokedHostKeys at random are asked as ssh asks them', async () => {
  const file = join(folder, 'revoked')
  const kinds = new Map([
    ['unknown', 'not-revoked'],
    ['revoked', 'revoked'],
    ['unsure', 'unsure'],
  ])
  for (let round = 0; round < rounds; round++) {
    const text = linesOf(
      () =>
        `${oneOf(random, ['', '', ' ', '\t'])}${random() < 0.6 ? oneOf(random, others) : someKey()}${end()}`,
    )
    writeFileSync(file, text, 'latin1')
    const { kind } = await askRevoked(file, ssh.key, nobodyAborts)
    const theirs = await ssh.verdict({ knownHosts: '/dev/null', revokedHostKeys: file })
    expect({ text, kind }).toEqual({ text, kind: kinds.get(theirs) ?? theirs })
  }
})
