import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { besideSsh, stopServers } from '../beside-ssh'
import { asksForKey, hostKeyCase, type HostKeyCase } from './host-key-cases'

afterAll(stopServers)

const both = { hostKeys: ['ed25519', 'rsa'] } as const
const neverUnasked = 'a host key that nobody looked at is not accepted'

const choices: readonly HostKeyCase[] = [
  {
    name: 'StrictHostKeyChecking yes',
    config: ' StrictHostKeyChecking yes',
    outcome: 'refused',
    says: /StrictHostKeyChecking is yes/,
  },
  { name: 'StrictHostKeyChecking ask', config: ' StrictHostKeyChecking ask', ...asksForKey },
  {
    name: 'StrictHostKeyChecking accept-new',
    config: ' StrictHostKeyChecking accept-new\n UserKnownHostsFile FOLDER/fresh',
    outcome: 'in',
  },
  {
    name: 'accept-new with nothing to write',
    config: ' StrictHostKeyChecking accept-new\n UserKnownHostsFile /dev/null',
    outcome: 'in',
  },
  {
    name: 'accept-new with a file that cannot be read',
    config: ' StrictHostKeyChecking accept-new',
    prepare: async ({ folder }) => await symlink('known', join(folder, 'known')),
    outcome: 'in',
  },
  {
    name: 'accept-new with another key',
    config: ' StrictHostKeyChecking accept-new',
    files: { known: 'NAME OTHERKEY\n' },
    outcome: 'refused',
    says: /known has another in line 1/,
  },
  {
    name: 'accept-new with a key that is revoked',
    config: ' StrictHostKeyChecking accept-new',
    files: { known: '@revoked * HOSTKEY\n' },
    outcome: 'refused',
  },
  ...(['no', 'off'] as const).flatMap((word): HostKeyCase[] => [
    {
      name: `StrictHostKeyChecking ${word} with an unknown key`,
      config: ` StrictHostKeyChecking ${word}\n UserKnownHostsFile /dev/null`,
      outcome: 'in',
      lamina: { outcome: 'asks', because: neverUnasked },
    },
    {
      name: `StrictHostKeyChecking ${word} with a known key`,
      config: ` StrictHostKeyChecking ${word}`,
      files: { known: 'NAME HOSTKEY\n' },
      outcome: 'in',
    },
    {
      name: `StrictHostKeyChecking ${word} with another key`,
      config: ` StrictHostKeyChecking ${word}`,
      files: { known: 'NAME OTHERKEY\n' },
      outcome: 'in',
      lamina: { outcome: 'refused', because: 'whoever stands between would be let in' },
    },
    {
      name: `StrictHostKeyChecking ${word} with a revoked key`,
      config: ` StrictHostKeyChecking ${word}`,
      files: { known: 'NAME HOSTKEY\n@revoked NAME HOSTKEY\n' },
      outcome: 'in',
      lamina: { outcome: 'refused', because: 'whoever has the stolen key would be let in' },
    },
  ]),
  {
    name: 'another key',
    files: { known: '# mine\nNAME OTHERKEY\n' },
    outcome: 'refused',
    says: /known has another in line 2/,
  },
  {
    name: 'UpdateHostKeys',
    config: ' UpdateHostKeys yes',
    files: { known: 'NAME HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'CheckHostIP on this machine',
    config: ' CheckHostIP yes',
    files: { known: 'NAME HOSTKEY\n' },
    outcome: 'in',
  },
  { name: 'VerifyHostKeyDNS of an address', config: ' VerifyHostKeyDNS yes', ...asksForKey },
  { name: 'HashKnownHosts', config: ' HashKnownHosts yes\n StrictHostKeyChecking accept-new', outcome: 'in' },
]

const revokedLines: readonly HostKeyCase[] = [
  ['by its name', 'NAME HOSTKEY\n@revoked NAME HOSTKEY\n'],
  ['by its name, before it is trusted', '@revoked NAME HOSTKEY\nNAME HOSTKEY\n'],
  ['by its name, and not known', '@revoked NAME HOSTKEY\n'],
  ['for all', 'NAME HOSTKEY\n@revoked * HOSTKEY\n'],
  ['by a hashed name', 'NAME HOSTKEY\n@revoked HASHED HOSTKEY\n'],
  ['by a hashed name, and known by one', 'HASHED HOSTKEY\n@revoked HASHED HOSTKEY\n'],
  ['among patterns', 'NAME HOSTKEY\n@revoked db,[127.*]:* HOSTKEY\n'],
  ['with several spaces', 'NAME HOSTKEY\n@revoked   *   HOSTKEY\n'],
].map(([how = '', known = '']) => ({
  name: `a key that is revoked ${how}`,
  files: { known },
  outcome: 'refused',
  says: /revoked in .*known, line \d/,
}))

const revokedLinesBeside: readonly HostKeyCase[] = [
  {
    name: 'another key that is revoked',
    files: { known: 'NAME HOSTKEY\n@revoked * OTHERKEY\n' },
    outcome: 'in',
  },
  { name: 'only another key that is revoked', files: { known: '@revoked * OTHERKEY\n' }, ...asksForKey },
  {
    name: 'the key revoked for another host',
    files: { known: 'NAME HOSTKEY\n@revoked db HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'the key revoked with a mark that is none',
    files: { known: 'NAME HOSTKEY\n@Revoked * HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'the key revoked with a tab behind the mark',
    files: { known: 'NAME HOSTKEY\n@revoked\t* HOSTKEY\n' },
    outcome: 'in',
    lamina: { outcome: 'refused', because: 'who wrote it meant it; OpenSSH passes the line over' },
  },
  {
    name: 'the key revoked by the name without a port',
    files: { known: '@revoked 127.0.0.1 HOSTKEY\n' },
    outcome: 'asks',
    lamina: {
      outcome: 'refused',
      because: 'OpenSSH warns and asks all the same; a stolen key is no question',
    },
  },
]

function withBothKeys(cases: readonly HostKeyCase[]): HostKeyCase[] {
  return cases.map((one) => ({ ...one, server: both }))
}

const types: readonly HostKeyCase[] = withBothKeys([
  { name: 'the RSA key of a server with both', files: { known: 'NAME RSAKEY\n' }, outcome: 'in' },
  { name: 'the RSA key of a server with both, hashed', files: { known: 'HASHED RSAKEY\n' }, outcome: 'in' },
  {
    name: 'the RSA key of a server with both by the name without a port',
    files: { known: '127.0.0.1 RSAKEY\n' },
    outcome: 'asks',
    lamina: {
      outcome: 'in',
      because: 'the server proves a key that is known; OpenSSH asks it for another one',
    },
  },
  {
    name: 'the RSA key revoked of a server with both',
    files: { known: 'NAME RSAKEY\n@revoked * RSAKEY\nNAME HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'the RSA key for an authority',
    files: { known: '@cert-authority * RSAKEY\nNAME HOSTKEY\n' },
    outcome: 'in',
  },
])

const names: readonly HostKeyCase[] = [
  {
    name: 'HostKeyAlias',
    config: ' HostKeyAlias Farm',
    files: { known: 'farm HOSTKEY\nNAME OTHERKEY\n' },
    outcome: 'in',
  },
  {
    name: 'HostKeyAlias in capitals in the file',
    config: ' HostKeyAlias farm',
    files: { known: 'FARM HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'HostKeyAlias with the port',
    config: ' HostKeyAlias farm',
    files: { known: '[farm]:PORT HOSTKEY\n' },
    ...asksForKey,
  },
  {
    name: 'HostKeyAlias none, which is a name',
    config: ' HostKeyAlias none',
    files: { known: 'none HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'HostKeyAlias that is not there',
    config: ' HostKeyAlias farm',
    files: { known: 'NAME HOSTKEY\n' },
    ...asksForKey,
  },
  {
    name: 'HostKeyAlias of another alphabet',
    config: ' HostKeyAlias 农场É',
    files: { known: '\u00e5\u0086\u009c\u00e5\u009c\u00ba\u00c3\u0089 HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'an address in another spelling',
    config: ' HostName 127.1',
    files: { known: 'NAME HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'a name that known_hosts takes for a pattern',
    config: ' HostName 127.0.0.1*\n ProxyCommand WIRE',
    outcome: 'refused',
    says: /such characters/,
  },
]

const curves: readonly HostKeyCase[] = [
  {
    name: 'the ECDSA key of a server with all',
    files: { known: 'NAME ECDSAKEY\n' },
    server: { hostKeys: ['ed25519', 'rsa', 'ecdsa'] },
    outcome: 'in',
  },
  {
    name: 'the RSA key of a server with all',
    files: { known: 'HASHED RSAKEY\n' },
    server: { hostKeys: ['ed25519', 'rsa', 'ecdsa'] },
    outcome: 'in',
  },
]

function trustedHere(cases: readonly HostKeyCase[]): HostKeyCase[] {
  return cases.map((one) => ({
    ...one,
    name: `NoHostAuthenticationForLocalhost with ${one.name}`,
    config: `${one.config ?? ''}\n NoHostAuthenticationForLocalhost yes`,
  }))
}

const here: readonly HostKeyCase[] = trustedHere([
  { name: 'an unknown key', outcome: 'in' },
  { name: 'another key', files: { known: 'NAME OTHERKEY\n' }, outcome: 'in' },
  { name: 'a key that known_hosts revokes', files: { known: '@revoked * HOSTKEY\n' }, outcome: 'in' },
  { name: 'StrictHostKeyChecking', config: ' StrictHostKeyChecking yes', outcome: 'in' },
  { name: 'an alias', config: ' HostKeyAlias farm', ...asksForKey },
  { name: 'a ProxyCommand', config: ' ProxyCommand WIRE', ...asksForKey },
])

besideSsh(
  [...choices, ...revokedLines, ...revokedLinesBeside, ...types, ...curves, ...names, ...here].map(
    hostKeyCase,
  ),
)
