import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import { runCommand } from '../../../engines/run-command'
import { startPrivateAgent } from '../../../engines/ssh/ssh-agent'
import { besideSsh, type SshCase, stopServers } from './beside-ssh'
import { noKey, takenKey, withKey } from './ways-to-log-in'

afterAll(stopServers)

/** Nothing that is written down about host keys is read again, so that the second to come is a stranger, too. */
const stranger = withKey.replace('KNOWN', '/dev/null')

const cases: readonly SshCase[] = [
  {
    name: 'BatchMode yes with a key that the account takes',
    host: 'web',
    config: `${withKey} BatchMode yes\n`,
    prepare: takenKey,
    outcome: 'in',
  },
  {
    name: 'BatchMode yes without a key',
    host: 'web',
    config: `${noKey} BatchMode yes\n`,
    outcome: 'refused',
    says: /BatchMode yes in the SSH configuration rules password and keyboard-interactive out/,
  },
  {
    name: 'BatchMode yes with a key that is encrypted',
    host: 'web',
    config: `${withKey} BatchMode yes\n`,
    prepare: (rig) => takenKey(rig, 'open sesame'),
    outcome: 'refused',
    says: /encrypted, and BatchMode yes lets nobody be asked for its passphrase/,
  },
  {
    name: 'BatchMode yes with a key that is encrypted and that the agent holds',
    host: 'web',
    config: `${withKey} BatchMode yes\n`,
    async prepare(rig) {
      const agent = await startPrivateAgent()
      onTestFinished(() => agent.stop())
      rig.env['SSH_AUTH_SOCK'] = agent.socketPath
      await takenKey(rig)
      await agent.add(join(rig.folder, 'key'))
      await runCommand('ssh-keygen', ['-q', '-p', '-N', 'open sesame', '-f', join(rig.folder, 'key')])
    },
    outcome: 'in',
  },
  {
    name: 'BatchMode yes with an unknown host key',
    host: 'web',
    config: `${stranger} BatchMode yes\n`,
    prepare: takenKey,
    outcome: 'refused',
    says: /BatchMode yes in the SSH configuration lets nobody be asked/,
  },
  {
    name: 'BatchMode yes with an unknown host key that is to be taken',
    host: 'web',
    config: `${stranger} BatchMode yes\n StrictHostKeyChecking accept-new\n`,
    prepare: takenKey,
    outcome: 'in',
  },
  {
    name: 'BatchMode yes with StrictHostKeyChecking no',
    host: 'web',
    config: `${stranger} BatchMode yes\n StrictHostKeyChecking no\n`,
    prepare: takenKey,
    outcome: 'in',
    lamina: { outcome: 'asks', because: 'an unknown host key is always asked about' },
    asks: ['host-key'],
  },
  {
    name: 'BatchMode yes for another host',
    host: 'web',
    config: `${noKey}Host db\n BatchMode yes\n`,
    outcome: 'asks',
  },
  {
    name: 'AuthenticationMethods publickey,keyboard-interactive with BatchMode yes',
    host: 'web',
    config: `${withKey} BatchMode yes\n`,
    server: { config: ['AuthenticationMethods publickey,keyboard-interactive'] },
    prepare: takenKey,
    outcome: 'refused',
    says: /BatchMode yes in the SSH configuration rules keyboard-interactive out/,
  },
]

besideSsh(cases)
