import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import { freePort } from '../../../engines/ports'
import { besideSsh, type CaseRig, type SshCase, stopServers } from './beside-ssh'

afterAll(stopServers)

const usual =
  'Host *\n User keeper\n IdentityFile FOLDER/key\n IdentitiesOnly yes\n HostKeyAlias [127.0.0.1]:PORT\n UserKnownHostsFile KNOWN\n'

async function prepare({ server, folder, words }: CaseRig): Promise<void> {
  const key = await server.makeKey('ed25519')
  await server.authorize('keeper', key)
  await copyFile(key, join(folder, 'key'))
  words.set('CLOSED', String(await freePort()))
}

function row(name: string, config: string, rest: Pick<SshCase, 'outcome' | 'says'>): SshCase {
  return { name, host: 'web', config: `${usual}${config}`, prepare, ...rest }
}

// The server listens on 127.0.0.1 alone; on most machines `localhost` means ::1 as well, which comes first.
const here = ' HostName 127.0.0.1\n Port PORT\n'
const both = ' HostName localhost\n Port PORT\n'

describe('a host', () => {
  besideSsh([
    row('with two addresses of which the first refuses', both, { outcome: 'in' }),
    row('of the kind that is wanted', `${both} AddressFamily inet\n`, { outcome: 'in' }),
    row('that refuses at the address of the kind that is wanted', `${both} AddressFamily inet6\n`, {
      outcome: 'refused',
      says: /^localhost port \d+ (cannot be reached: ::1: refused|has no IPv6 address)/,
    }),
    row('by an address in a short form', ' HostName 127.1\n Port PORT\n', { outcome: 'in' }),
    row('of any kind', `${both} AddressFamily any\n`, { outcome: 'in' }),
    row('that is an address of the other kind', `${here} AddressFamily inet6\n`, {
      outcome: 'refused',
      says: /127\.0\.0\.1 port \d+ has no IPv6 address .*AddressFamily in the SSH configuration is inet6/,
    }),
    row('that refuses at all its addresses', ' HostName localhost\n Port CLOSED\n', {
      outcome: 'refused',
      says: /cannot be reached: (::1: refused, nothing listens there; )?127\.0\.0\.1: refused, nothing listens there\. Check the port/,
    }),
    row('that refuses twice', ' HostName 127.0.0.1\n Port CLOSED\n ConnectionAttempts 2\n', {
      outcome: 'refused',
      says: /cannot be reached: refused, nothing listens there\./,
    }),
    row('whose name nobody knows', ' HostName nobody.invalid\n', {
      outcome: 'refused',
      says: /The name of nobody\.invalid port 22 cannot be resolved \(E[A-Z_]+\)/,
    }),
  ])
})

describe('a connection that comes from', () => {
  besideSsh([
    row('an address of this machine', `${here} BindAddress 127.0.0.2\n`, { outcome: 'in' }),
    row('a name of this machine', `${both} BindAddress localhost\n`, { outcome: 'in' }),
    row('an address of another machine', `${here} BindAddress 203.0.113.7\n`, {
      outcome: 'refused',
      says: /203\.0\.113\.7, which it was to come from, is no address of this machine/,
    }),
    row('an address of the other kind', `${here} BindAddress ::1\n`, {
      outcome: 'refused',
      says: /BindAddress ::1 has no IPv4 address/,
    }),
    row('an interface', `${here} BindInterface lo\n`, { outcome: 'in' }),
    row('an interface that is not there', `${here} BindInterface none7\n`, {
      outcome: 'refused',
      says: /BindInterface none7 has no IPv4 address, or is not there/,
    }),
  ])
})

describe('a way that', () => {
  besideSsh([
    row(
      'is a command which fails',
      `${here} ProxyCommand sh -c 'echo no way >&2; echo at all >&2; exit 3'\n`,
      {
        outcome: 'refused',
        says: /its ProxyCommand ended with status 3 and said "no way; at all"/,
      },
    ),
    row('is a command which is not there', `${here} ProxyCommand lamina-no-such-command %h\n`, {
      outcome: 'refused',
      says: /its ProxyCommand ended with status 127 and said ".*lamina-no-such-command.*not found"/,
    }),
    row('is a command which is killed', `${here} ProxyCommand sh -c 'kill -9 $$'\n`, {
      outcome: 'refused',
      says: /its ProxyCommand ended by SIGKILL/,
    }),
    row('is a command which says nothing', `${here} ProxyCommand true\n`, {
      outcome: 'refused',
      says: /its ProxyCommand ended with status 0/,
    }),
    row(
      'is a command which hangs',
      `${here} ProxyCommand sh -c 'echo waiting >&2; exec sleep 60'\n ConnectTimeout 1\n`,
      {
        outcome: 'refused',
        says: /the greeting of the server took longer than 1 seconds; its ProxyCommand said "waiting"/,
      },
    ),
    {
      name: 'leads through a host which cannot reach the next',
      host: 'behind',
      config: `Host behind\n HostName 127.0.0.1\n Port CLOSED\n ProxyJump jump\n${usual}Host jump\n${here}`,
      prepare,
      outcome: 'refused',
      says: /The jump host cannot reach 127\.0\.0\.1 port \d+: .*[Rr]efused/,
    },
    {
      name: 'leads through a host which may not forward',
      host: 'behind',
      server: { config: ['AllowTcpForwarding no'] },
      config: `Host behind\n HostName 127.0.0.1\n Port CLOSED\n ProxyJump jump\n${usual}Host jump\n${here}`,
      prepare,
      outcome: 'refused',
      says: /The jump host lets nobody connect to 127\.0\.0\.1 port \d+ through it .*AllowTcpForwarding/,
    },
  ])
})
