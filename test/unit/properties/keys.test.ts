import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyProblems } from '../../../electron/core/hosts/key-problem'
import { homesNamedIn } from '../../../electron/transport/ssh-config/files/user-homes'
import { keysInAnswer } from '../../../electron/transport/ssh2/keys/agent-listing'
import {
  asFields,
  asNumber,
  readOpensshKey,
  writeOpensshKey,
} from '../../../electron/transport/ssh2/keys/openssh-key'
import { rsaBits } from '../../../electron/transport/known-hosts/public-key'
import { parsePrivateKey } from '../../../electron/transport/ssh2/keys/private-key'
import { publicKeyFrom, publicKeyIn } from '../../../electron/transport/ssh2/keys/public-key-file'
import { few, hostile, many, some } from './hostile'

const pem = (type: 'ec' | 'ed25519') =>
  (type === 'ec'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('ed25519')
  ).privateKey
    .export({ type: 'pkcs8', format: 'pem' })
    .toString()
const shown = asFields([Buffer.from('ssh-ed25519'), Buffer.alloc(32, 3)])
const own = writeOpensshKey(shown, asFields([Buffer.alloc(32, 3), Buffer.alloc(64, 3)]))
const wholes = [pem('ec'), pem('ed25519'), own]

/** A whole key in which some bytes are others, missing or twice. */
const damaged = fc
  .tuple(
    fc.constantFrom(...wholes),
    fc.array(fc.tuple(fc.nat(400), hostile('-=\n\r A+/', 3)), { maxLength: 4 }),
  )
  .map(([text, edits]) =>
    edits.reduce((before, [at, with_]) => before.slice(0, at) + with_ + before.slice(at + 1), text),
  )
const bytes = (latin1: string) => Buffer.from(latin1, 'latin1')

test('a file is a private key or is not, whatever its bytes', () => {
  const lines = fc.array(fc.oneof(hostile('-BEGIND PRIVATEKY\n', 40), fc.constantFrom(...wholes)), {
    maxLength: 3,
  })
  fc.assert(
    fc.property(
      fc.oneof(
        damaged,
        lines.map((parts) => parts.join('\n')),
      ),
      (text) => {
        const found = parsePrivateKey(bytes(text))
        if (found.state === 'unusable') expect(keyProblems).toContain(found.problem)
        if (found.state === 'open') expect(found.key.getPublicSSH().length).toBeGreaterThan(0)
      },
    ),
    some,
  )
})

test('a key in the format of OpenSSH comes back as it was written', () => {
  const field = fc.uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array))
  fc.assert(
    fc.property(field, fc.array(field, { maxLength: 5 }), (blob, secrets) => {
      const read = readOpensshKey(writeOpensshKey(blob, asFields(secrets)))
      expect(read).toMatchObject({ cipher: 'none', kdf: 'none', publicKey: blob })
      expect(read?.secret.length).toBeGreaterThan(0)
      expect((read?.secret.length ?? 1) % 8).toBe(0)
      expect(read?.secret.subarray(8).indexOf(asFields(secrets))).toBe(0)
    }),
    some,
  )
})

test('a number is as positive and as short as it can be', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (array) => {
      const hex = (buffer: Uint8Array) => BigInt(`0x0${Buffer.from(buffer).toString('hex')}`)
      const number = asNumber(Buffer.from(array))
      expect(hex(number)).toBe(hex(array))
      expect((number[0] ?? 0) < 0x80 && !(number[0] === 0 && (number[1] ?? 0) < 0x80)).toBe(true)
    }),
    many,
  )
})

test('a public key is found in a file or is not, whatever its bytes', () => {
  const line = fc.oneof(
    hostile('ssh-rdaecn25619 AB=+/#\t-', 80),
    fc.constant(`ssh-ed25519 ${shown.toString('base64')} me`),
    fc.constant('-----BEGIN OPENSSH PRIVATE KEY-----'),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
      const found = publicKeyIn(bytes(lines.join('\n')))
      const before = lines.findIndex((one) => one.startsWith('-----BEGIN'))
      const stands = lines.findIndex((one) => one.startsWith('ssh-ed25519 AAAA'))
      if (stands >= 0 && (before < 0 || stands < before)) expect(found).toBeDefined()
    }),
    some,
  )
})

test('a blob is a public key or is not, whatever its bytes', () => {
  const type = fc.constantFrom(
    'ssh-rsa',
    'ssh-dss',
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ssh-rsa-cert-v01@openssh.com',
    'sk-ssh-ed25519@openssh.com',
  )
  const fields = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 })
  const made = fc
    .tuple(type, fields)
    .map(([name, parts]) => asFields([Buffer.from(name), ...parts.map((one) => Buffer.from(one))]))
  fc.assert(
    fc.property(fc.oneof(made, hostile('\0\x01\x07sh-ra').map(bytes)), (blob) => {
      const told = publicKeyFrom(blob)
      if (told.key === undefined) expect(keyProblems).toContain(told.problem)
      else expect(typeof rsaBits(told.key.getPublicSSH())).toMatch(/number|undefined/)
    }),
    some,
  )
})

test('an agent says what it holds, or no agent is there', () => {
  const entry = fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.string({ maxLength: 10 }))
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 4 }), fc.nat(60), (entries, cut) => {
      const body = asFields(entries.flatMap(([blob, comment]) => [Buffer.from(blob), Buffer.from(comment)]))
      const answer = Buffer.concat([Buffer.from([12, 0, 0, 0, entries.length]), body])
      expect(keysInAnswer(answer)?.map(({ comment }) => comment)).toEqual(
        entries.map(([, comment]) => Buffer.from(comment).toString()),
      )
      if (cut > 0) expect(keysInAnswer(answer.subarray(0, -cut))).toBeUndefined()
    }),
    some,
  )
  fc.assert(
    fc.property(hostile('\x0c\0\x01\x02'), (text) => {
      expect(keysInAnswer(bytes(text))?.length ?? 0).toBeLessThanOrEqual(text.length)
    }),
    some,
  )
})

test('the home of a user is a path, whatever the name', async () => {
  await fc.assert(
    fc.asyncProperty(hostile('~root:/\n*-', 12), async (name) => {
      for (const [user, home] of await homesNamedIn([`~${name}/key`])) {
        expect(name.startsWith(user)).toBe(true)
        expect(home).toMatch(/^\//)
      }
    }),
    { numRuns: few.numRuns / 10 },
  )
})
