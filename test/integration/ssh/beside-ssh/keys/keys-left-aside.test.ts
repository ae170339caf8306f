import { chown, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import { besideSsh, stopServers } from '../beside-ssh'
import {
  aside,
  fileOf,
  host,
  keyFrom,
  lets,
  type MakeKey,
  one,
  only,
  opensshKey,
  pkcs12,
  rsa,
  shell,
  tokenKey,
} from './made-keys'

afterAll(stopServers)

const putty = `PuTTY-User-Key-File-2: ssh-rsa
Encryption: none
Comment: a key
Public-Lines: 1
AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==
Private-Lines: 1
AAAA
Private-MAC: 00
`

describe('A key that ssh does not use is named, and what to do', () => {
  besideSsh([
    aside(
      'others may read it',
      opensshKey('chmod 644 id'),
      /key \S+id was left aside: others .* Run chmod 600 \S+id\./,
    ),
    aside('its group may read it', keyFrom(rsa, 'chmod 640 id'), /others than its owner .* chmod 600/),
    aside('others may write it', opensshKey('chmod 602 id'), /others than its owner/),
    lets('it belongs to somebody else', async (rig) => {
      await opensshKey('chmod 644 id')(rig)
      await chown(join(rig.folder, 'id'), 1, 1)
    }),
    aside('there is none', () => Promise.resolve(), /left aside: there is no such file.*IdentityFile/),
    aside(
      'a directory',
      async ({ folder }) => void (await mkdir(join(folder, 'id'))),
      /it is no regular file/,
    ),
    aside(
      'a pipe',
      async ({ folder }) => void (await shell(folder, 'ln -s /dev/null id')),
      /no regular file/,
    ),
    aside('links in a circle', ({ folder }) => symlink('id', join(folder, 'id')), /it cannot be read/),
    aside('empty', fileOf(''), /the file is empty/),
    aside('text', fileOf('hello\n'), /it holds no private key/),
    aside(
      'bytes',
      fileOf(Buffer.from(Array.from({ length: 500 }, (_, at) => (at * 89) % 256))),
      /no private key/,
    ),
    aside('a certificate of TLS', keyFrom(pkcs12, 'mv cert.pem id'), /no private key/),
    aside('cut off', keyFrom(rsa, 'head -c 300 id >a; mv a id'), /it is cut off or damaged/),
    aside('of PuTTY', fileOf(putty), /it is in the format of PuTTY.*puttygen/),
    aside('of a hardware token', fileOf(tokenKey()), /hardware token \(FIDO\)/),
    aside('DSA', keyFrom('openssl dsaparam -out p 1024; openssl gendsa -out id p'), /it is a DSA key/),
    aside(
      'a short RSA key',
      async (rig) => void (await shell(rig.folder, 'openssl genrsa -traditional -out id 1023')),
      /shorter than RequiredRSASize/,
    ),
    aside(
      'a curve that SSH does not have',
      fileOfCommand('openssl ecparam -name secp256k1 -genkey -out id'),
      /a kind of key that SSH does not use/,
    ),
    aside(
      'RSA for PSS',
      fileOfCommand('openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out id'),
      /a kind of key/,
    ),
    aside('ed448', fileOfCommand('openssl genpkey -algorithm ed448 -out id'), /a kind of key/),
    aside(
      'beside the public key of another',
      opensshKey("ssh-keygen -q -t ed25519 -N '' -f b; mv b.pub id.pub"),
      /the public key beside it belongs to another key.*ssh-keygen -y/,
    ),
    one('RSA shorter than RequiredRSASize', keyFrom(rsa), {
      outcome: 'refused',
      config: `${only} RequiredRSASize 3072\n`,
      says: /shorter than RequiredRSASize/,
    }),
    one('nothing at all', () => Promise.resolve(), {
      outcome: 'refused',
      config: `${host} IdentityFile none\n`,
      says: /Nothing could be tried\. The server takes: publickey\./,
    }),
    one('a good one after bad ones', opensshKey('mv id good; echo hello >id'), {
      outcome: 'in',
      config: `${only} IdentityFile FOLDER/missing\n IdentityFile FOLDER/good\n`,
    }),
  ])
})

function fileOfCommand(command: string): MakeKey {
  return async ({ folder }) => void (await shell(folder, `${command} 2>/dev/null`))
}

describe('A question in the place of a key', () => {
  const asks = { server: {}, outcome: 'asks', asks: ['keyboard-interactive'] } as const
  besideSsh([
    one('others may read the key', opensshKey('chmod 644 id'), {
      ...asks,
      says: /others than its owner .* chmod 600/,
    }),
    one('there is no such key', () => Promise.resolve(), { ...asks, says: /there is no such file/ }),
    one('for a password', fileOf('hello\n'), {
      ...asks,
      server: { config: ['KbdInteractiveAuthentication no'] },
      asks: ['password'],
      says: /key \S+id was left aside: it holds no private key/,
    }),
  ])
})
