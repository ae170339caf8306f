import { besideDocker, type DockerCase, withTwoEngines } from './beside-docker'

withTwoEngines()

const onlyCommand =
  /^No commands can be run on the host\. This login may only run one command, which leads to an engine/
const usually = 'docker system dial-stdio'
const others = 'docker --host unix://OTHER system dial-stdio'
const gate = `#!/bin/sh
case $SSH_ORIGINAL_COMMAND in
  "docker system dial-stdio") exec docker system dial-stdio ;;
  *) echo 'not for you' >&2; exit 1 ;;
esac
`
const gateShell = `#!/bin/sh
[ "$#" = 2 ] && [ "$1" = -c ] && [ "$2" = 'docker system dial-stdio' ] && exec docker system dial-stdio
echo 'docker alone'
exit 1
`

/** The server is prepared by another user's commands. */
const forced = `#!/bin/sh
[ "$(id -un)" = root ] || exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"
exec ${others}
`

const cases: readonly DockerCase[] = [
  {
    name: 'a key for dial-stdio alone',
    key: `restrict,command="${usually}"`,
    reached: 'usual',
    says: onlyCommand,
  },
  {
    name: "a key for another engine's dial-stdio alone",
    key: `restrict,command="${others}"`,
    reached: 'other',
    says: onlyCommand,
  },
  {
    name: 'a key for dial-stdio that may forward streams to any socket too',
    key: `restrict,port-forwarding,command="${others}"`,
    reached: 'other',
    says: onlyCommand,
  },
  {
    name: 'a key with a command and no limit else',
    key: `command="${others}"`,
    reached: 'other',
    says: onlyCommand,
  },
  {
    name: 'a key for dial-stdio, with a socket in the address',
    key: `restrict,command="${others}"`,
    socket: '/var/run/docker.sock',
    reached: 'other',
    says: onlyCommand,
  },
  {
    name: 'a key with a command and no limit else, with a socket in the address',
    key: `command="${others}"`,
    socket: '/var/run/docker.sock',
    reached: 'other',
    lamina: { reached: 'usual', because: 'a stream to the socket of the address is forwarded' },
    says: onlyCommand,
  },
  {
    name: 'ForceCommand of dial-stdio',
    server: { config: ['ForceCommand FOLDER/force', 'DisableForwarding yes'] },
    files: { 'FOLDER/force': forced },
    reached: 'other',
    says: onlyCommand,
  },
  {
    name: 'a key for a script that becomes dial-stdio',
    key: 'restrict,command="FOLDER/dial"',
    files: { 'FOLDER/dial': `#!/bin/sh\nexec ${others}\n` },
    reached: 'other',
    says: onlyCommand,
  },
  {
    name: "a key for a script that lets the line of Docker's CLI through",
    key: 'restrict,command="FOLDER/gate"',
    files: { 'FOLDER/gate': gate },
    reached: 'usual',
    says: /No commands can be run on the host/,
  },
  {
    name: "a login shell that lets the line of Docker's CLI through",
    server: { shells: { root: 'FOLDER/gate' }, config: ['DisableForwarding yes'] },
    files: { 'FOLDER/gate': gateShell },
    reached: 'usual',
    says: /No commands can be run on the host/,
  },
  {
    name: 'dial-stdio that complains on standard error',
    key: 'restrict,command="FOLDER/dial"',
    files: { 'FOLDER/dial': `#!/bin/sh\necho careful >&2\nexec ${usually}\n` },
    reached: 'usual',
    says: onlyCommand,
  },
  { name: 'a key that may forward nothing', key: 'no-port-forwarding', reached: 'usual' },
  { name: 'a key with all limits and no command', key: 'restrict', reached: 'usual' },
  { name: 'a key that may forward to one port alone', key: 'permitopen="127.0.0.1:1"', reached: 'usual' },
  {
    name: 'a key for dial-stdio whose engine is not running',
    key: 'restrict,command="docker --host unix:///nonexistent/engine.sock system dial-stdio"',
    reached: 'none',
    says: /^engine-unreachable: .*\/nonexistent\/engine\.sock/,
  },
  {
    name: 'a key for another command',
    key: 'restrict,command="echo no"',
    reached: 'none',
    says: /^engine-unreachable: .*did not begin\. no\b/,
  },
  {
    name: 'a key for another command that complains',
    key: 'restrict,command="echo rsync alone >&2; exit 1"',
    reached: 'none',
    says: /^engine-unreachable: .*rsync alone/,
  },
  {
    name: 'a key for files alone',
    key: 'restrict,command="internal-sftp"',
    reached: 'none',
    says: /^engine-unreachable: .*no command there can say why/,
  },
  {
    name: 'a key for another command that may forward streams',
    key: 'command="echo no"',
    reached: 'none',
    lamina: { reached: 'usual', because: 'a forwarded stream needs no command' },
    says: /^No commands can be run on the host\. .* no\. Try ssh/,
  },
  {
    name: 'a login shell that is none',
    server: { shells: { root: '/usr/sbin/nologin' } },
    reached: 'none',
    lamina: { reached: 'usual', because: 'a forwarded stream needs no command' },
    says: /^No commands can be run on the host\. .*not available/,
  },
]

besideDocker(cases)
