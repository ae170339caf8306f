import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { besideSsh, stopServers } from '../beside-ssh'
import { asksForKey, hostKeyCase, type HostKeyCase } from './host-key-cases'

afterAll(stopServers)

const files: readonly HostKeyCase[] = [
  { name: 'a known key', files: { known: 'NAME HOSTKEY\n' }, outcome: 'in' },
  { name: 'a known_hosts that is missing', ...asksForKey },
  { name: 'a folder that is missing', config: ' UserKnownHostsFile FOLDER/a/b/known', ...asksForKey },
  { name: 'known hosts in /dev/null', config: ' UserKnownHostsFile /dev/null', ...asksForKey },
  {
    name: 'no file for known hosts',
    config: ' UserKnownHostsFile none',
    outcome: 'refused',
    says: /UserKnownHostsFile is none/,
  },
  {
    name: 'no file for known hosts, and a key that the system knows',
    config: ' UserKnownHostsFile none\n GlobalKnownHostsFile FOLDER/global',
    files: { global: 'NAME HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'a known_hosts that is a directory',
    prepare: async ({ folder }) => void (await mkdir(join(folder, 'known'))),
    ...asksForKey,
  },
  {
    name: 'a known_hosts that cannot be opened',
    prepare: async ({ folder }) => await symlink('known', join(folder, 'known')),
    ...asksForKey,
  },
  {
    name: 'a known_hosts that cannot be opened beside one that has the key',
    config: ' UserKnownHostsFile FOLDER/known FOLDER/second',
    files: { second: 'NAME HOSTKEY\n' },
    prepare: async ({ folder }) => await symlink('known', join(folder, 'known')),
    outcome: 'in',
  },
  {
    name: 'a key in the second file',
    config: ' UserKnownHostsFile FOLDER/known FOLDER/second',
    files: { second: 'NAME HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'a key that the first file has otherwise and the second one has',
    config: ' UserKnownHostsFile FOLDER/known FOLDER/second',
    files: { known: 'NAME OTHERKEY\n', second: 'NAME HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'a key that the system has otherwise',
    config: ' GlobalKnownHostsFile FOLDER/global',
    files: { global: '# ours\nNAME OTHERKEY\n' },
    outcome: 'refused',
    says: /global has another in line 2/,
  },
  {
    name: 'a key that the system revokes',
    config: ' GlobalKnownHostsFile FOLDER/global',
    files: { known: 'NAME HOSTKEY\n', global: '@revoked * HOSTKEY\n' },
    outcome: 'refused',
    says: /revoked in .*global, line 1/,
  },
  {
    name: 'the file of a token',
    config: ' UserKnownHostsFile FOLDER/%h',
    files: { '127.0.0.1': 'NAME HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'a file whose name has spaces',
    config: ' UserKnownHostsFile "FOLDER/those I know"',
    files: { 'those I know': 'NAME HOSTKEY\n' },
    outcome: 'in',
  },
]

const texts: readonly HostKeyCase[] = [
  { name: 'carriage returns', files: { known: '# mine\r\n\r\nNAME HOSTKEY\r\n' }, outcome: 'in' },
  {
    name: 'a byte order mark before the line',
    files: { known: '\u00ef\u00bb\u00bfNAME HOSTKEY\n' },
    ...asksForKey,
  },
  {
    name: 'a byte order mark before a comment',
    files: { known: '\u00ef\u00bb\u00bf# mine\nNAME HOSTKEY\n' },
    outcome: 'in',
  },
  { name: 'zero bytes in another line', files: { known: 'a\0b\0\0c\nNAME HOSTKEY\n' }, outcome: 'in' },
  { name: 'a zero byte behind the key', files: { known: 'NAME HOSTKEY\0 and more\n' }, outcome: 'in' },
  {
    name: 'a line of a megabyte',
    files: { known: `${'x'.repeat(1024 * 1024)} OTHERKEY\nNAME HOSTKEY\n` },
    outcome: 'in',
  },
  {
    name: 'the name behind a megabyte of others',
    files: { known: `${'x.example,'.repeat(100_000)}NAME HOSTKEY\n` },
    outcome: 'in',
  },
  { name: 'no line feed at the end', files: { known: 'NAME HOSTKEY' }, outcome: 'in' },
  { name: 'tabs between the words', files: { known: '\tNAME\tHOSTKEY\n' }, outcome: 'in' },
  { name: 'a carriage return for a space', files: { known: 'NAME\rHOSTKEY\n' }, ...asksForKey },
  { name: 'a comment in the place of the key', files: { known: 'NAME # HOSTKEY\n' }, ...asksForKey },
  { name: 'the name among patterns', files: { known: 'db,!10.*,NAME,*.example HOSTKEY\n' }, outcome: 'in' },
  {
    name: 'the name refused by a pattern',
    files: { known: '*,!NAME,!127.0.0.1 HOSTKEY\n' },
    ...asksForKey,
  },
  { name: 'the name refused with its port alone', files: { known: '*,!NAME HOSTKEY\n' }, outcome: 'in' },
  { name: 'the name hashed', files: { known: 'HASHED HOSTKEY\n' }, outcome: 'in' },
  {
    name: 'the name hashed, with another key',
    files: { known: '# mine\nHASHED OTHERKEY\n' },
    outcome: 'refused',
    says: /known has another in line 2/,
  },
  { name: 'the name without a port', files: { known: '127.0.0.1 HOSTKEY\n' }, outcome: 'in' },
  { name: 'another key of the name without a port', files: { known: '127.0.0.1 OTHERKEY\n' }, ...asksForKey },
  { name: 'another port', files: { known: '[127.0.0.1]:1 HOSTKEY\n' }, ...asksForKey },
  {
    name: 'port 22 written out',
    config: ' ProxyCommand WIRE\n Port 22',
    files: { known: '[127.0.0.1]:22 HOSTKEY\n' },
    ...asksForKey,
  },
]

besideSsh([...files, ...texts].map(hostKeyCase))
