import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { openPrivateKey, parsePrivateKey } from '../../../../electron/transport/ssh2/keys/private-key'
import { runCommand } from '../../../engines/run-command'

const folder = mkdtempSync(join(tmpdir(), 'lamina-private-keys-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const passphrase = 'open sesame'
const make = `umask 077
openssl genrsa -traditional -out rsa 2048
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out pkcs8
openssl ecparam -name prime256v1 -genkey -out parameters
openssl ecparam -name secp256k1 -genkey -noout -out curve
openssl pkcs8 -topk8 -in rsa -passout env:PASS -out encrypted
openssl ec -in pkcs8 -aes128 -passout env:PASS -out headers
openssl req -x509 -new -key rsa -subj /CN=x -out certificate
openssl rsa -in rsa -pubout -out public
openssl x509 -in certificate -text -out text
ssh-keygen -q -t ed25519 -N '' -f own
ssh-keygen -q -t ecdsa -a 1 -N "$PASS" -f locked
head -c 400 rsa >cut
head -c 300 own >owncut`

/** What ssh-keygen says a file holds: the public key, or nothing where it reads none. */
async function asSshKeygenReads(file: string, passphraseGiven: string): Promise<string | undefined> {
  const { status, stdout } = await runCommand('ssh-keygen', ['-y', '-P', passphraseGiven, '-f', file], {
    mayFail: true,
  })
  return status === 0 ? stdout.split(/\s/).slice(0, 2).join(' ') : undefined
}

function asLaminaReads(content: Buffer, passphraseGiven: string): string | undefined {
  const found = parsePrivateKey(content)
  const opened = found.state === 'encrypted' ? openPrivateKey(content, passphraseGiven) : found
  return opened.state === 'open'
    ? `${opened.key.type} ${opened.key.getPublicSSH().toString('base64')}`
    : undefined
}

test('keys with anything around them are read as ssh-keygen reads them', async () => {
  await runCommand('sh', ['-ec', `cd '${folder}'; exec 2>/dev/null; ${make}`], {
    env: { ...process.env, PASS: passphrase },
  })
  const contentOf = (name: string) => readFileSync(join(folder, name), 'latin1')
  const whole = 'rsa pkcs8 parameters curve encrypted headers certificate public text own locked'
    .split(' ')
    .map(contentOf)
  const piece = fc
    .tuple(
      fc.constantFrom(...whole, '', '\n', 'a: b\n', '-----\n'),
      fc.constantFrom('', '', '', '\r', ' ', '\t'),
    )
    .map(([text, behind]) => text.replaceAll('\n', `${behind}\n`))
  // What is cut off comes last: with a key behind it, ssh reads that one or not by the order of OpenSSL's complaints.
  const last = fc.constantFrom('', '', '', ...['cut', 'owncut'].map(contentOf))
  const text = fc
    .tuple(fc.constantFrom('', '', '', '\xef\xbb\xbf'), fc.array(piece, { maxLength: 4 }), last, fc.boolean())
    .map(([mark, pieces, end, ends]) => [mark, ...pieces, end].join('').replace(ends ? '' : /\n$/, ''))
  const file = join(folder, 'file')
  await fc.assert(
    fc.asyncProperty(text, fc.boolean(), async (latin1, known) => {
      const content = Buffer.from(latin1, 'latin1')
      writeFileSync(file, content, { mode: 0o600 })
      const given = known ? passphrase : 'wrong'
      expect(asLaminaReads(content, given)).toBe(await asSshKeygenReads(file, given))
    }),
    { numRuns: 100 },
  )
})
