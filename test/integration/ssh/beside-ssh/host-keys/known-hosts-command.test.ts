import { afterAll } from 'vitest'
import { besideSsh, stopServers } from '../beside-ssh'
import { asksForKey, hostKeyCase, type HostKeyCase } from './host-key-cases'

afterAll(stopServers)

const command = ' KnownHostsCommand FOLDER/command'
const both = { hostKeys: ['ed25519', 'rsa'] } as const
const prints = (lines: string) => `#!/bin/sh\ncat <<'END'\n${lines}END\n`

const cases: readonly HostKeyCase[] = [
  { name: 'that has the key', files: { command: prints('NAME HOSTKEY\n') }, outcome: 'in' },
  { name: 'that has nothing', files: { command: '#!/bin/sh\n' }, ...asksForKey },
  {
    name: 'that has another key',
    files: { command: prints('# mine\nNAME OTHERKEY\n') },
    outcome: 'refused',
    says: /KnownHostsCommand has another in line 2/,
  },
  {
    name: 'that has another key beside a file with the right one',
    files: { known: 'NAME HOSTKEY\n', command: prints('NAME OTHERKEY\n') },
    outcome: 'in',
  },
  {
    name: 'that has the key beside a file with another one',
    files: { known: 'NAME OTHERKEY\n', command: prints('NAME HOSTKEY\n') },
    outcome: 'in',
  },
  {
    name: 'that revokes the key',
    files: { known: 'NAME HOSTKEY\n', command: prints('@revoked * HOSTKEY\n') },
    outcome: 'refused',
    says: /revoked in KnownHostsCommand, line 1/,
  },
  { name: 'that has the key of another host', files: { command: prints('db HOSTKEY\n') }, ...asksForKey },
  {
    name: 'that has the key without a port',
    files: { command: prints('127.0.0.1 HOSTKEY\n') },
    ...asksForKey,
  },
  { name: 'that has the name hashed', files: { command: prints('HASHED HOSTKEY\n') }, outcome: 'in' },
  {
    name: 'that has the key, where no file is to be used',
    config: `${command}\n UserKnownHostsFile none`,
    files: { command: prints('NAME HOSTKEY\n') },
    outcome: 'in',
  },
  {
    name: 'that has the key, where only known ones are taken',
    config: `${command}\n StrictHostKeyChecking yes`,
    files: { command: prints('NAME HOSTKEY\n') },
    outcome: 'in',
  },
  {
    name: 'that has the RSA key of a server with both',
    files: { command: prints('NAME RSAKEY\n') },
    server: both,
    outcome: 'refused',
    lamina: {
      outcome: 'in',
      because: 'the server proves a key that is known; OpenSSH asks without the port which one to ask it for',
    },
  },
  {
    name: 'that has the RSA key of a server with both at port 22',
    config: `${command}\n HostName web\n Port 22\n ProxyCommand WIRE`,
    files: { command: prints('web RSAKEY\n') },
    server: both,
    outcome: 'in',
  },
  {
    name: 'that is asked with tokens',
    config: ` KnownHostsCommand FOLDER/command %H %I %t %K "a b" 'it''s' %% %n`,
    files: {
      command: `#!/bin/sh
[ "$5$6$7$8" = "a bits%web" ] || exit 1
case $2 in
ORDER) [ "$1 $3 $4" = '127.0.0.1 NONE NONE' ] ;;
HOSTNAME) echo "$1 $3 $4" ;;
esac
`,
    },
    outcome: 'in',
  },
  {
    name: 'that is asked with the fingerprint',
    config: ' KnownHostsCommand FOLDER/command %I %f %H',
    files: {
      command: `#!/bin/sh
case $1:$2 in
ORDER:NONE) ;;
HOSTNAME:SHA256:*) echo "$3 HOSTKEY" ;;
*) exit 1 ;;
esac
`,
    },
    outcome: 'in',
  },
  {
    name: 'that is asked with a variable',
    config: ' KnownHostsCommand FOLDER/command ${LAMINA_TEST_NAME}',
    files: { command: '#!/bin/sh\necho "$1 HOSTKEY"\n' },
    prepare({ env, server }) {
      env['LAMINA_TEST_NAME'] = `[127.0.0.1]:${String(server.port)}`
      return Promise.resolve()
    },
    outcome: 'in',
  },
  {
    name: 'that fails',
    files: { known: 'NAME HOSTKEY\n', command: '#!/bin/sh\nexit 3\n' },
    outcome: 'refused',
    says: /the KnownHostsCommand .*command ended with status 3/,
  },
  {
    name: 'that fails after it said the key',
    files: { command: `${prints('NAME HOSTKEY\n')}exit 1\n` },
    outcome: 'refused',
  },
  {
    name: 'that is ended by a signal',
    files: { known: 'NAME HOSTKEY\n', command: '#!/bin/sh\nkill -9 $$\n' },
    outcome: 'refused',
    says: /was ended by a signal/,
  },
  { name: 'that is missing', files: { known: 'NAME HOSTKEY\n' }, outcome: 'in' },
  { name: 'that is missing, with an unknown key', ...asksForKey },
  {
    name: 'whose path is not absolute',
    config: ' KnownHostsCommand command',
    files: { command: prints('NAME HOSTKEY\n') },
    ...asksForKey,
  },
  {
    name: 'that no shell reads',
    config: ` KnownHostsCommand FOLDER/command; echo`,
    files: { command: prints('NAME HOSTKEY\n') },
    ...asksForKey,
  },
  { name: 'none', config: ' KnownHostsCommand none', ...asksForKey },
]

besideSsh(
  cases.map((one) =>
    hostKeyCase({ ...one, name: `a KnownHostsCommand ${one.name}`, config: one.config ?? command }),
  ),
)
