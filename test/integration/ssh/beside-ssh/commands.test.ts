import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { PrivateSshdOptions, SshdUser } from '../../../engines/ssh/private-sshd'
import { besideSsh, type SshCase, stopServers } from './beside-ssh'

afterAll(stopServers)

/** A command as a user whose login file is this one (bash, sh). Users share a server where its options are the same. */
function asUser(
  user: SshdUser,
  login: string,
  options: PrivateSshdOptions = {},
): Pick<SshCase, 'host' | 'config' | 'server' | 'prepare'> {
  return {
    host: 'web',
    config: `Host *\n HostName 127.0.0.1\n Port PORT\n User ${user}\n UserKnownHostsFile KNOWN\n IdentityFile FOLDER/key\n IdentitiesOnly yes\n`,
    server: { ...options, shells: { root: '/bin/bash', keeper: '/bin/bash', helper: '/bin/bash' } },
    async prepare({ server, folder }) {
      await writeFile(join(server.home(user), '.bashrc'), `${login}\n`)
      const key = await server.makeKey('ed25519')
      await server.authorize(user, key)
      await copyFile(key, join(folder, 'key'))
    },
  }
}

const takesInput =
  'What a login file starts instead of the command would take what Lamina sends for its own. ssh sends nothing here.'
const needsScripts = 'Lamina needs commands of its own; what the server runs instead is none of them.'

const cases: readonly SshCase[] = [
  { name: 'a server that is Dropbear', ...asUser('root', ':', { program: 'dropbear' }), outcome: 'in' },
  { name: 'an account on Dropbear', ...asUser('keeper', ':', { program: 'dropbear' }), outcome: 'in' },
  {
    name: 'a login that greets, warns and colours',
    ...asUser('keeper', 'mesg n; printf "\\033[1mNews\\033[0m\\n"; echo "warning: setlocale" >&2'),
    outcome: 'in',
  },
  { name: 'a login of four seconds', ...asUser('helper', 'sleep 4'), outcome: 'in' },
  {
    name: 'a library that no process can preload',
    ...asUser('root', ':', { instead: { '/etc/ld.so.preload': '/usr/lib/missing.so\n' } }),
    outcome: 'in',
  },
  {
    name: 'a terminal multiplexer that cannot be started',
    ...asUser('root', '[ -n "$TMUX" ] || tmux new-session -A'),
    outcome: 'in',
  },
  {
    name: 'a login that starts another shell',
    ...asUser('keeper', 'exec zsh', { config: ['PrintLastLog no'] }),
    outcome: 'in',
    lamina: { outcome: 'refused', because: takesInput },
    says: /did not come to the command within 10 seconds.*login file/,
  },
  {
    name: 'a login that asks',
    ...asUser('helper', 'read -p "Which project? " project', { config: ['PrintLastLog no'] }),
    outcome: 'in',
    lamina: { outcome: 'refused', because: takesInput },
    says: /did not come to the command within 10 seconds.*login file/,
  },
  {
    name: 'another command than the one that is asked for',
    ...asUser('root', ':', { config: ['ForceCommand echo only this'] }),
    outcome: 'in',
    lamina: { outcome: 'refused', because: needsScripts },
    says: /did not begin\. only this/,
  },
  {
    name: 'a login that ends',
    ...asUser('root', 'echo "Not today"; exit 1', { config: ['PrintLastLog no'] }),
    outcome: 'refused',
    says: /did not begin\. Not today/,
  },
]

besideSsh(cases)
