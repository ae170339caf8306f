import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { besideSsh, type SshCase, stopServers } from './beside-ssh'

afterAll(stopServers)

const usual = 'Host *\n HostName 127.0.0.1\n Port PORT\n User keeper\n UserKnownHostsFile KNOWN\n'

const cases: readonly SshCase[] = [
  {
    name: 'a key that the account takes',
    host: 'web',
    config: `${usual} IdentityFile FOLDER/key\n IdentitiesOnly yes\n`,
    async prepare({ server, folder }) {
      const key = await server.makeKey('ed25519')
      await server.authorize('keeper', key)
      await copyFile(key, join(folder, 'key'))
    },
    outcome: 'in',
  },
  { name: 'no key at all', host: 'web', config: `${usual} IdentityFile none\n`, outcome: 'asks' },
  {
    name: 'an unknown host key that is not to be accepted',
    host: 'web',
    config:
      'Host *\n HostName 127.0.0.1\n Port PORT\n UserKnownHostsFile FOLDER/none\n StrictHostKeyChecking yes\n',
    outcome: 'refused',
    says: /StrictHostKeyChecking is yes/,
  },
  {
    name: 'an unknown host key',
    host: 'web',
    config: 'Host *\n HostName 127.0.0.1\n Port PORT\n UserKnownHostsFile FOLDER/none\n',
    outcome: 'asks',
    asks: ['host-key'],
  },
]

besideSsh(cases)
