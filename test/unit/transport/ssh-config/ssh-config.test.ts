import { expect, it } from 'vitest'
import {
  parseConfig,
  splitCriteria,
  splitWords,
} from '../../../../electron/transport/ssh-config/files/config-line'
import { expandTokens } from '../../../../electron/transport/ssh-config/files/expand'
import { hopFrom } from '../../../../electron/transport/ssh-config/hop'
import { warningsAbout } from '../../../../electron/transport/ssh-config/files/keywords'
import { lastJump } from '../../../../electron/transport/ssh-config/proxy-jump'
import { secondsIn } from '../../../../electron/transport/ssh-config/seconds'
import { optionsFromSsh } from '../../../../electron/transport/ssh-config/ssh-g'
import { usualLogin } from '../../../builders/hosts/ssh-host'

const environment = {
  home: '/home/me',
  localUser: 'me',
  agentSocket: '/run/agent',
  variables: { KEYS: '/keys' },
}

const plain = `user me
hostname web
port 22
hashknownhosts no
identitiesonly no
stricthostkeychecking ask
verifyhostkeydns false
ciphers aes128-ctr,aes256-ctr
identityfile ~/.ssh/id_rsa
identityfile ~/.ssh/id_ed25519
globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2
userknownhostsfile /home/me/.ssh/known_hosts /home/me/.ssh/known_hosts2
connecttimeout none
serveraliveinterval 0
`

it('reads what ssh -G prints where nothing is set', () => {
  const options = optionsFromSsh('web', plain, plain)
  const { settings, usualIdentities, warnings } = hopFrom(options, environment)
  expect(settings).toEqual({
    originalHost: 'web',
    hostName: 'web',
    port: 22,
    user: 'me',
    identityFiles: ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk', 'id_dsa'].map(
      (name) => `/home/me/.ssh/${name}`,
    ),
    identitiesOnly: false,
    agentSocket: '/run/agent',
    userKnownHostsFiles: ['/home/me/.ssh/known_hosts', '/home/me/.ssh/known_hosts2'],
    globalKnownHostsFiles: ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
    strictHostKeyChecking: 'ask',
    hashKnownHosts: false,
    login: usualLogin,
    connectTimeout: 20_000,
    serverAliveInterval: 5000,
    legacyAlgorithms: false,
  })
  expect([usualIdentities, [...options.set], warnings]).toEqual([true, [], []])
})

it('reads what ssh -G prints where much is set', () => {
  const answer = `user root
hostname web.example
port 2222
hashknownhosts yes
identitiesonly yes
stricthostkeychecking false
verifyhostkeydns true
ciphers aes256-ctr
identityfile ~/a key
identityfile \${KEYS}/%r
identityagent none
hostkeyalias farm
certificatefile ~/a-cert.pub
globalknownhostsfile none
userknownhostsfile /kh1 /kh2
connecttimeout 90
serveraliveinterval 15
proxycommand nc "%h" %p
`
  const options = optionsFromSsh('web', answer, plain)
  const { settings, warnings } = hopFrom(options, environment)
  expect(settings).toEqual({
    originalHost: 'web',
    certificateFiles: ['/home/me/a-cert.pub'],
    hostName: 'web.example',
    port: 2222,
    user: 'root',
    identityFiles: ['/home/me/a key', '/keys/root'],
    identitiesOnly: true,
    hostKeyAlias: 'farm',
    userKnownHostsFiles: ['/kh1', '/kh2'],
    globalKnownHostsFiles: [],
    strictHostKeyChecking: 'ask',
    hashKnownHosts: true,
    login: usualLogin,
    connectTimeout: 90_000,
    serverAliveInterval: 15_000,
    proxyCommand: 'nc "web.example" 2222',
    legacyAlgorithms: false,
    algorithmChoices: { ciphers: { how: 'only', names: ['aes256-ctr'], named: [] } },
  })
  expect(warnings).toEqual([expect.stringContaining('StrictHostKeyChecking no')])
  expect(warningsAbout(options.set)).toEqual([
    expect.stringContaining('VerifyHostKeyDNS'),
    expect.stringContaining('CertificateFile'),
  ])
})

it.each([
  ['a b\tc', ['a', 'b', 'c']],
  [`"a b" 'c "d"' e`, ['a b', 'c "d"', 'e']],
  ['a"b c"d', ['ab cd']],
  ['a\\ b \\"c\\" \\x', ['a b', '"c"', '\\x']],
  ['"a\\ b"', ['a\\ b']],
  ['a#b # c', ['a#b']],
  ['""', ['']],
  ['', []],
  ['"a', undefined],
])('splits %j into words', (text, words) => {
  expect(splitWords(text)).toEqual(words)
})

it('splits criteria of Match', () => {
  expect(splitCriteria('host="a b",c user=d !final # note')).toEqual([
    'host',
    'a b',
    ',c',
    'user',
    'd',
    '!final',
  ])
})

it('parses lines with keyword and place', () => {
  const lines = parseConfig('config', '# note\n\n  Host = web\r\nPort\nUser"x"\n')
  expect(lines.map(({ keyword, words, place }) => [keyword, words, place])).toEqual([
    ['host', ['web'], 'config line 3'],
    ['user', ['x'], 'config line 5'],
  ])
})

it.each([
  ['none', undefined],
  ['bastion', { host: 'bastion' }],
  ['me@bastion:23', { host: 'bastion', user: 'me', port: 23 }],
  ['ssh://me@[::1]:23', { host: '::1', user: 'me', port: 23 }],
  ['a,b@c,d', { host: 'd', jump: 'a,b@c' }],
  ['bastion # note', { host: 'bastion' }],
])('takes the last of the jumps %j', (text, question) => {
  expect(lastJump(text)).toEqual(question)
})

it.each([
  ['joe@corp@bastion', { host: 'bastion', user: 'joe@corp' }],
  ['ssh://joe%40corp@bastion', { host: 'bastion', user: 'joe@corp' }],
  ['dev#ops@bastion', { host: 'bastion', user: 'dev#ops' }],
  ['CORP\\joe@web~1:23', { host: 'web~1', user: 'CORP\\joe', port: 23 }],
  ['[fe80::1%eth0]:23', { host: 'fe80::1%eth0', port: 23 }],
  ['跳板', { host: '跳板' }],
])('takes the jump %j as ssh -G tells it', (text, question) => {
  expect(lastJump(text, true)).toEqual(question)
})

it.each(['', 'a,', '-oProxyCommand=x', 'a:0', 'a b', '$(id)'])('refuses the jump %j', (text) => {
  expect(() => lastJump(text)).toThrow('names no host')
})

it.each([
  [undefined, 0],
  ['none', 0],
  ['90', 90],
  ['1m30s', 90],
  ['2H', 7200],
  ['1w1d', 691_200],
])('takes %j for %j seconds', (text, seconds) => {
  expect(secondsIn(text, 'ConnectTimeout')).toBe(seconds)
})

it('refuses times and tokens that are none', () => {
  expect(() => secondsIn('soon', 'ConnectTimeout')).toThrow('no time')
  expect(() => expandTokens('%h%z', { h: 'web' }, 'HostName')).toThrow('%z')
  expect(() => expandTokens('%toString', { h: 'web' }, 'HostName')).toThrow('%t')
  expect(expandTokens('%h-%%h', { h: '%h' }, 'HostName')).toBe('%h-%h')
})

it.each([
  [undefined, '/run/agent'],
  ['SSH_AUTH_SOCK', '/run/agent'],
  ['$SSH_AUTH_SOCK', '/run/agent'],
  ['$KEYS', '/keys'],
  ['$UNSET', undefined],
  ['none', undefined],
  ['/agent', '/agent'],
])('finds the agent that IdentityAgent %j means', (said, socket) => {
  const answer = said === undefined ? plain : `${plain}identityagent ${said}\n`
  expect(hopFrom(optionsFromSsh('web', answer, plain), environment).settings.agentSocket).toBe(socket)
})

it.each([
  ['no', 'yes', ['publickey', 'keyboard-interactive', 'password']],
  ['no', 'no', ['publickey', 'password']],
  ['yes', 'no', ['publickey', 'keyboard-interactive', 'password']],
])('before 8.7 questions are switched off by two options: %s, %s', (kbd, challenge, methods) => {
  const answer = `${plain}kbdinteractiveauthentication ${kbd}\nchallengeresponseauthentication ${challenge}\n`
  const { settings } = hopFrom(optionsFromSsh('web', answer, plain), environment)
  expect(settings.login.methods).toEqual(methods)
})
