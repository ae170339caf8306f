import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import { runCommand } from '../../../engines/run-command'
import { besideSsh, type CaseRig, type SshCase, stopServers, writePrivate } from './beside-ssh'

afterAll(stopServers)

const users = [
  'joe@corp.example',
  'svc$',
  'CORP\\joe',
  'dev+ops',
  'jürgen',
  'two words',
  'a%b',
  'dev#ops',
  'me@box',
]
const server = { moreUsers: users, config: ['ListenAddress ::1'] }

/** A key in the case's folder that these accounts take. */
function keyFor(...accounts: readonly string[]): (rig: CaseRig) => Promise<void> {
  return async ({ server: own, folder }) => {
    const key = await own.makeKey('ed25519')
    for (const account of accounts) await own.authorize(account, key)
    await copyFile(key, join(folder, 'key'))
  }
}

const known = ' UserKnownHostsFile KNOWN\n HostKeyAlias [127.0.0.1]:PORT\n'
const way = ` HostName 127.0.0.1\n Port PORT\n${known} IdentityFile FOLDER/key\n IdentitiesOnly yes\n`
/** What leads elsewhere, so that only the host that is meant gets in. */
const elsewhere = 'Host *\n HostName 127.0.0.1\n Port 1\n'

/** The one `Host` of a configuration gets in. */
function alias(name: string, address?: string): SshCase {
  return {
    name: `the alias ${JSON.stringify(name)}`,
    host: name,
    ...(address === undefined ? {} : { address }),
    config: `Host ${name}\n User keeper\n${way}${elsewhere}`,
    server,
    prepare: keyFor('keeper'),
    outcome: 'in',
  }
}

/** An account that is named with the host. */
function login(host: string, user: string, address?: string): SshCase {
  return {
    name: `the login ${address ?? host}`,
    host,
    ...(address === undefined ? {} : { address }),
    config: `Host web\n${way}${elsewhere}`,
    server,
    prepare: keyFor(user),
    outcome: 'in',
  }
}

function refused(host: string, problem: string): SshCase {
  return {
    name: `${JSON.stringify(host)} is refused`,
    host,
    config: `Host *\n User keeper\n${way}`,
    server,
    prepare: keyFor('keeper'),
    outcome: 'refused',
    says: new RegExp(`^${problem}$`),
  }
}

describe('an alias is a name', () => {
  besideSsh([
    ...[
      '测试服务器',
      'a+b',
      'web#1',
      'box~old',
      '~box',
      'prod/web1',
      '/web',
      'prod:web1',
      'a%b',
      '%h',
      'a%20b',
    ].map((name) => alias(name)),
    ...[
      'a=b',
      'a^b',
      '[web]x',
      'web.',
      '..',
      'ÄB',
      'a\u00a0b',
      'a\u202eb',
      'a\u0085b',
      `${'x'.repeat(300)}/1`,
    ].map((name) => alias(name)),
    alias('web:22', 'ssh://web%3A22'),
    alias('[::1]', 'ssh://%5B%3A%3A1%5D'),
    alias('prod/web1', 'ssh://prod%2Fweb1'),
    alias('tcp://web', 'ssh://tcp%3A%2F%2Fweb'),
    {
      ...alias('prod/web1'),
      name: 'an alias with a slash is not the host before it',
      config: `Host prod\n User keeper\n${way}Host prod/web1\n HostName 127.0.0.1\n Port 1\n`,
      outcome: 'refused',
    },
    {
      ...alias('web'),
      name: 'the last @ divides user and host',
      host: 'joe@corp.example@web',
      config: `Host web\n${way}${elsewhere}`,
      prepare: keyFor('joe@corp.example'),
    },
    ...[
      'a,b',
      'a b',
      'a\tb',
      "a'b",
      'a"b',
      'a`b',
      'a$b',
      'a\\b',
      'a;b',
      'a&b',
      'a<b',
      'a|b',
      'a(b',
      'a{b',
      '-x',
    ].map((host) => refused(host, 'bad-host')),
    refused('a\u0001b', 'bad-host'),
  ])
})

describe('a user is a name', () => {
  besideSsh([
    ...users.map((user) => login(`${user}@web`, user)),
    ...users
      .filter((user) => !user.includes('+'))
      .map((user) => ({
        ...login(`ssh://${encodeURIComponent(user)}@web`, user),
      })),
    login('ssh://dev%2Bops@web', 'dev+ops'),
    login('dev+ops@web', 'dev+ops', 'ssh://dev+ops@web'),
    login('ssh://svc$@web', 'svc$'),
    login('ssh://keeper;fingerprint=ssh-ed25519-x@web', 'keeper'),
    login('ssh://keeper@web:', 'keeper'),
    // sshd takes what is behind a colon for a style of login; bastions take it for their own.
    login('me@box:SSH:root@web', 'me@box'),
    login('ssh://me%40box%3ASSH%3Aroot@web', 'me@box'),
    ...[
      'me\\@web',
      '-x@web',
      'a -b@web',
      'a;b@web',
      "a'b@web",
      'a|b@web',
      'a{b@web',
      'a\u0001@web',
      '@web',
    ].map((host) => refused(host, 'bad-user')),
    refused('ssh://a%3Bb@web', 'bad-user'),
    {
      ...login('keeper:x@web', 'keeper'),
      name: 'a password in the place of a user',
      outcome: 'in',
      lamina: { outcome: 'refused', because: 'what looks like a password is neither shown nor kept' },
      says: /^password$/,
    },
  ])
})

describe('an address of IPv6', () => {
  const config = `Host *\n User keeper\n Port PORT\n${known} IdentityFile FOLDER/key\n IdentitiesOnly yes\n`
  const toIpv6 = (host: string, address = host): SshCase => ({
    name: `${host} as ${address}`,
    host,
    address,
    config,
    server,
    prepare: keyFor('keeper'),
    outcome: 'in',
  })
  besideSsh([
    toIpv6('::1'),
    toIpv6('keeper@0:0::1'),
    toIpv6('::1', '[::1]'),
    toIpv6('::1', 'ssh://[::1]'),
    alias('fe80::1%eth0'),
    alias('fe80::1%eth0', 'ssh://[fe80::1%25eth0]'),
    alias('fe80::1%eth0', 'ssh://[fe80::1%eth0]'),
  ])
})

describe('a jump by such a name', () => {
  const jump = (name: string, value: string, user: string, hosts: string): SshCase => ({
    name,
    host: 'inner',
    config: `Host inner\n User keeper\n ProxyJump ${value}\n${way}${hosts}`,
    server,
    prepare: keyFor('keeper', user),
    outcome: 'in',
  })
  besideSsh([
    jump('of letters from elsewhere', '跳板', 'keeper', `Host 跳板\n User keeper\n${way}`),
    jump('with signs', 'keeper@bastion+1~old', 'keeper', `Host bastion+1~old\n${way}`),
    jump('behind another', 'keeper@a+b,keeper@c~d', 'keeper', `Host a+b c~d\n${way}`),
    jump('and a user with an @', 'joe@corp.example@bastion', 'joe@corp.example', `Host bastion\n${way}`),
    jump('and an escaped #', 'ssh://dev%23ops@bastion', 'dev#ops', `Host bastion\n${way}`),
    jump('as a URL', 'ssh://joe%40corp.example@bastion', 'joe@corp.example', `Host bastion\n${way}`),
  ])
})

describe('a name in known_hosts', () => {
  const byAlias = (name: string, hash: boolean): SshCase => ({
    name: `${name}, ${hash ? 'hashed' : 'plain'}`,
    host: 'web',
    config: `Host *\n HostName 127.0.0.1\n Port PORT\n User keeper\n HostKeyAlias ${name}\n UserKnownHostsFile FOLDER/known\n GlobalKnownHostsFile none\n StrictHostKeyChecking yes\n IdentityFile FOLDER/key\n IdentitiesOnly yes\n`,
    server,
    async prepare(rig) {
      await keyFor('keeper')(rig)
      const [key = ''] = /ssh-ed25519 \S+/.exec(await readFile(rig.server.knownHostsFile, 'utf8')) ?? []
      const file = join(rig.folder, 'known')
      await writePrivate(file, `${name} ${key}\n`)
      if (hash) await runCommand('ssh-keygen', ['-H', '-f', file])
    },
    outcome: 'in',
  })
  besideSsh([
    byAlias('测试', false),
    byAlias('测试', true),
    byAlias('ÀB', false),
    byAlias('ÀB', true),
    byAlias('a+b~c', false),
  ])
})
