import { execFileSync } from 'node:child_process'
import { afterAll, describe } from 'vitest'
import { besideSsh, stopServers } from '../beside-ssh'
import {
  aside,
  ec,
  fileOf,
  keyFrom,
  keysOnly,
  lets,
  type MakeKey,
  one,
  only,
  opensshKey,
  passphrase,
  pemOfEd25519,
  pkcs12,
  rsa,
  shell,
} from './made-keys'

afterAll(stopServers)

const plainRsa = 'openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out id'

/** Whether this machine's ssh reads keys of ed25519 in PEM. */
function readsPemOfEd25519(): boolean {
  const [, major = '', minor = ''] =
    /OpenSSH_(\d+)\.(\d+)/.exec(execFileSync('sh', ['-c', 'ssh -V 2>&1'], { encoding: 'utf8' })) ?? []
  return Number(major) > 9 || (Number(major) === 9 && Number(minor) >= 6)
}

describe('A key that OpenSSL reads', () => {
  besideSsh([
    lets('RSA in PKCS#8', keyFrom(plainRsa)),
    lets('EC in PKCS#8', keyFrom('openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out id')),
    one('ed25519 in PKCS#8', pemOfEd25519, {
      outcome: readsPemOfEd25519() ? 'in' : 'refused',
      lamina: { outcome: 'in', because: 'ssh reads it since 9.6' },
    }),
    lets('RSA in PKCS#1', keyFrom(rsa)),
    lets('EC in SEC 1', keyFrom('openssl ecparam -name secp521r1 -genkey -noout -out id')),
    lets('EC after its parameters', keyFrom('openssl ecparam -name prime256v1 -genkey -out id')),
    lets('EC with a curve written out', keyFrom(`${ec} -param_enc explicit`)),
    lets('Bag Attributes', keyFrom(`${pkcs12}; openssl pkcs12 -in p12 -passin env:PASS -nodes -out id`)),
    lets('text before it', keyFrom(`${rsa}; (echo 'my key:'; cat id) >new; mv new id`)),
    lets('text after it', keyFrom(`${rsa}; echo 'my key' >>id`)),
    lets('a certificate before it', keyFrom(`${pkcs12}; cat cert.pem id >new; mv new id`)),
    lets('lines that end as in Windows', keyFrom(`${plainRsa}; sed -i 's/$/\\r/' id`)),
    lets('a byte order mark', keyFrom(`${plainRsa}; (printf '\\357\\273\\277'; cat id) >new; mv new id`)),
    lets('blank lines around it', keyFrom(`${rsa}; (echo; cat id; echo; echo) >new; mv new id`)),
    lets('blanks behind its lines', keyFrom(`${rsa}; sed -i 's/$/  /' id`)),
    lets('a last line that does not end', keyFrom(`${rsa}; printf %s "$(cat id)" >new; mv new id`)),
    lets('two keys, of which the first counts', keyFrom(`${rsa}; mv id a; ${ec}; cat id >>a; mv a id`)),
    lets('a key of OpenSSH behind it', keyFrom(`${rsa}; ssh-keygen -q -t ed25519 -N '' -f b; cat b >>id`)),
  ])
})

describe("A key in OpenSSH's own format", () => {
  besideSsh([
    lets('alone', opensshKey()),
    lets('with text after it', opensshKey('echo my key >>id')),
    lets('before another one', opensshKey("ssh-keygen -q -t rsa -N '' -f b; cat b >>id")),
    lets('before one of OpenSSL', opensshKey(`mv id a; ${ec}; cat id >>a; mv a id`)),
    aside(
      'with lines that end as in Windows',
      opensshKey("sed -i 's/$/\\r/' id"),
      /key \S+id was left aside: its lines .* Begin \S+id with its BEGIN line/,
    ),
    aside(
      'with a byte order mark',
      opensshKey("(printf '\\357\\273\\277'; cat id) >b; mv b id"),
      /its lines/,
    ),
    aside('with a blank line before it', opensshKey('(echo; cat id) >b; mv b id'), /its lines/),
    aside('whose last line does not end', opensshKey('printf %s "$(cat id)" >b; mv b id'), /its lines/),
    aside(
      'that is cut off',
      opensshKey('head -c 200 id >b; mv b id'),
      /left aside: it is cut off or damaged/,
    ),
  ])
})

const asked = { outcome: 'asks', asks: ['passphrase'], server: keysOnly } as const
const pkcs8 = (options: string) =>
  `openssl pkcs8 -topk8 -in id -passout env:PASS ${options} -out new; mv new id`

describe('A key with a passphrase', () => {
  const kinds: readonly (readonly [string, MakeKey])[] = [
    ['RSA in PKCS#8', keyFrom(`${rsa}; ${pkcs8('')}`)],
    ['EC in PKCS#8', keyFrom(`${ec}; ${pkcs8('-v2 aes-128-cbc')}`)],
    ['PKCS#8 of OpenSSL 1.0', keyFrom(`${rsa}; ${pkcs8('-v2 des3 -v2prf hmacWithSHA1')}`)],
    ['PKCS#8 with scrypt', keyFrom(`${rsa}; ${pkcs8('-scrypt')}`)],
    ['PKCS#8 version 1', keyFrom(`${rsa}; ${pkcs8('-v1 PBE-SHA1-3DES')}`)],
    ['RSA in PKCS#1', keyFrom(`${rsa}; openssl rsa -in id -traditional -aes128 -passout env:PASS -out id`)],
    ['EC in SEC 1', keyFrom(`${ec}; openssl ec -in id -aes256 -passout env:PASS -out id`)],
    ['3DES', keyFrom(`${rsa}; openssl rsa -in id -traditional -des3 -passout env:PASS -out id`)],
    [
      'Windows',
      keyFrom(
        `${rsa}; openssl rsa -in id -traditional -aes256 -passout env:PASS -out id; sed -i 's/$/\\r/' id`,
      ),
    ],
    [
      'Bag Attributes',
      keyFrom(`${pkcs12}; openssl pkcs12 -in p12 -passin env:PASS -passout env:PASS -out id`),
    ],
    ...[
      'aes256-ctr',
      'aes256-cbc',
      'aes128-gcm@openssh.com',
      'aes256-gcm@openssh.com',
      'chacha20-poly1305@openssh.com',
      '3des-cbc',
    ].map((cipher) => [cipher, opensshKey(':', `-t ecdsa -N '${passphrase}' -Z ${cipher}`)] as const),
  ]
  besideSsh(
    kinds.flatMap(([name, make]) => [
      one(`${name}, opened`, make, { outcome: 'in', asks: ['passphrase'], answer: passphrase }),
      one(`${name}, not opened`, make, { ...asked, says: /its right passphrase was not given.*ssh-add/ }),
    ]),
  )
  const [[, pem], [, own]] = [kinds[5] ?? ['', fileOf('')], kinds.at(-2) ?? ['', fileOf('')]]
  besideSsh([
    one('three wrong ones', own, {
      outcome: 'asks',
      answer: 'wrong',
      says: /its right passphrase was not given/,
    }),
    one('three wrong ones of PEM', pem, { outcome: 'asks', answer: 'wrong' }),
    one('an empty one means the next key', own, { ...asked, answer: '' }),
    one(
      'two of them, one after the other',
      async (rig) => {
        await own(rig)
        await shell(rig.folder, 'mv id first; mv kept.pub first.pub')
        await pem(rig)
      },
      {
        ...asked,
        asks: ['passphrase', 'passphrase'],
        answer: '',
        config: `${only} IdentityFile FOLDER/first\n`,
      },
    ),
    one(
      'one that the server does not take',
      async (rig) => {
        await shell(rig.folder, `ssh-keygen -q -t ed25519 -N '${passphrase}' -f id`)
      },
      { outcome: 'refused', says: /Tried: key \S+id\./ },
    ),
  ])
})
