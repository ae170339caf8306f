import { besideDocker, type DockerCase, withTwoEngines } from './beside-docker'

withTwoEngines()

const bash = { shells: { root: '/bin/bash' } } as const
const names = 'DOCKER_HOST=unix://OTHER'
const chosen = [
  ['create', 'mine', '--docker', 'host=unix://OTHER'],
  ['use', 'mine'],
] as const

const cases: readonly DockerCase[] = [
  { name: 'nothing is named', reached: 'usual' },
  { name: 'DOCKER_HOST by SetEnv of sshd_config', server: { config: [`SetEnv ${names}`] }, reached: 'other' },
  {
    name: 'DOCKER_HOST in ~/.bashrc',
    server: bash,
    files: { '.bashrc': `export ${names}\n` },
    reached: 'other',
  },
  {
    name: 'DOCKER_HOST in ~/.bashrc for people alone',
    server: bash,
    files: { '.bashrc': `case $- in *i*) ;; *) return ;; esac\nexport ${names}\n` },
    reached: 'usual',
  },
  {
    name: 'DOCKER_HOST in ~/.profile',
    server: bash,
    files: { '.profile': `export ${names}\n` },
    reached: 'usual',
  },
  {
    name: "DOCKER_HOST in fish's configuration",
    server: { shells: { root: '/usr/bin/fish' } },
    files: { '.config/fish/config.fish': 'set -x DOCKER_HOST unix://OTHER\n' },
    reached: 'other',
  },
  {
    name: 'DOCKER_HOST in ~/.cshrc',
    server: { shells: { root: '/bin/csh' } },
    files: { '.cshrc': 'setenv DOCKER_HOST unix://OTHER\n' },
    reached: 'other',
  },
  {
    name: 'DOCKER_HOST in ~/.ssh/environment',
    server: { config: ['PermitUserEnvironment yes'] },
    files: { '.ssh/environment': `${names}\n` },
    reached: 'other',
  },
  {
    name: 'DOCKER_HOST in the line of the key',
    server: { config: ['PermitUserEnvironment yes'] },
    key: `environment="${names}"`,
    reached: 'other',
  },
  {
    name: 'DOCKER_HOST with a slash too many',
    server: { config: ['SetEnv DOCKER_HOST=unix:///OTHER'] },
    reached: 'other',
  },
  {
    name: 'DOCKER_HOST that names the usual socket, whatever the context',
    server: { config: ['SetEnv DOCKER_HOST=unix:///var/run/docker.sock'] },
    contexts: chosen,
    reached: 'usual',
  },
  {
    name: 'DOCKER_HOST without a path, whatever the context',
    server: { config: ['SetEnv DOCKER_HOST=unix://'] },
    contexts: chosen,
    reached: 'usual',
  },
  {
    name: 'DOCKER_HOST that names a socket which is not there',
    server: { config: ['SetEnv DOCKER_HOST=unix:///nonexistent/engine.sock'] },
    reached: 'none',
    says: /^engine-unreachable: .*\/nonexistent\/engine\.sock.*may answer at \/var\/run\/docker\.sock.*The host's DOCKER_HOST names/s,
  },
  {
    name: 'DOCKER_HOST that names an engine on the network',
    server: { config: ['SetEnv DOCKER_HOST=tcp://127.0.0.1:1'] },
    reached: 'none',
    says: /^unsupported-address: The host's DOCKER_HOST is tcp:\/\/127\.0\.0\.1:1, an engine on the network.*may answer at \/var\/run\/docker\.sock/,
  },
  {
    name: 'DOCKER_HOST that names another machine',
    server: { config: ['SetEnv DOCKER_HOST=ssh://me:secret@127.0.0.1:1'] },
    reached: 'none',
    says: /^unsupported-address: The host's DOCKER_HOST is ssh:\/\/me:…@127\.0\.0\.1:1, an engine of another machine/,
  },
  {
    name: 'a socket in the address, whatever DOCKER_HOST',
    server: { config: ['SetEnv DOCKER_HOST=tcp://127.0.0.1:1'] },
    socket: 'OTHER',
    reached: 'other',
  },
  { name: 'the context that was chosen', contexts: chosen, reached: 'other' },
  {
    name: 'the context that was chosen, in a file of one line',
    contexts: chosen,
    files: { '.docker/config.json': '{"auths":{},"currentContext":"mine","psFormat":"table"}' },
    reached: 'other',
  },
  { name: 'the default context', contexts: [...chosen, ['use', 'default']], reached: 'usual' },
  {
    name: 'DOCKER_CONTEXT, whichever was chosen',
    server: { config: ['SetEnv DOCKER_CONTEXT=mine'] },
    contexts: [
      ...chosen,
      ['create', 'dead', '--docker', 'host=unix:///nonexistent/engine.sock'],
      ['use', 'dead'],
    ],
    reached: 'other',
  },
  {
    name: 'DOCKER_CONTEXT that is the default one',
    server: { config: ['SetEnv DOCKER_CONTEXT=default'] },
    contexts: chosen,
    reached: 'usual',
  },
  {
    name: 'a context in the folder that DOCKER_CONFIG names',
    server: { config: ['SetEnv DOCKER_CONFIG=FOLDER/none DOCKER_CONTEXT=mine'] },
    contexts: chosen,
    reached: 'none',
    says: /^not-found: The host's DOCKER_CONTEXT names the Docker context "mine", and there is no such context/,
  },
  {
    name: 'a context that is gone',
    files: { '.docker/config.json': '{"currentContext": "lost"}' },
    reached: 'none',
    says: /^not-found: On the host "docker context use" chose the Docker context "lost", and there is no such context.*may answer at \/var\/run\/docker\.sock/,
  },
  {
    name: 'a context of another machine',
    contexts: [
      ['create', 'far', '--docker', 'host=ssh://me@127.0.0.1:1'],
      ['use', 'far'],
    ],
    reached: 'none',
    says: /^unsupported-address: The host's current Docker context "far" is ssh:\/\/me@127\.0\.0\.1:1/,
  },
  {
    name: 'a context whose engine is not running',
    contexts: [
      ['create', 'dead', '--docker', 'host=unix:///nonexistent/engine.sock'],
      ['use', 'dead'],
    ],
    reached: 'none',
    says: /The host's current Docker context names this socket/,
  },
  {
    name: 'a configuration that is none',
    files: { '.docker/config.json': 'currentContext' },
    reached: 'usual',
  },
  {
    name: 'a named engine where no streams are forwarded',
    server: { config: [`SetEnv ${names}`, 'AllowStreamLocalForwarding no'] },
    reached: 'other',
  },
]

besideDocker(cases)
