import { describe, expect, it } from 'vitest'
import {
  addressMeant,
  formatSshAddress,
  parseSshAddress,
  parseSshArgument,
  type ParsedSshAddress,
  type SshAddress,
  usualSpelling,
} from '../../../../electron/core/hosts/ssh-address'

const address = (parsed: ParsedSshAddress): SshAddress | string =>
  parsed.ok ? parsed.address : parsed.problem

describe('an address as people write it', () => {
  it.each<[string, SshAddress | string]>([
    // What ssh takes as its argument.
    ['测试服务器', { host: '测试服务器' }],
    ['a+b', { host: 'a+b' }],
    ['web#1', { host: 'web#1' }],
    ['box~old', { host: 'box~old' }],
    ['prod/web1', { host: 'prod/web1' }],
    ['prod:web1', { host: 'prod:web1' }],
    ['a%b', { host: 'a%b' }],
    ['a%20b', { host: 'a%20b' }],
    ['web?x=1', { host: 'web?x=1' }],
    ['!a*', { host: '!a*' }],
    ['me@prod/web1', { user: 'me', host: 'prod/web1' }],
    ['joe@corp.example@web', { user: 'joe@corp.example', host: 'web' }],
    ['CORP\\joe@web', { user: 'CORP\\joe', host: 'web' }],
    ['svc$@web', { user: 'svc$', host: 'web' }],
    ['a/b@web', { user: 'a/b', host: 'web' }],
    ['a b@web', { user: 'a b', host: 'web' }],
    ['me%40x@web', { user: 'me%40x', host: 'web' }],
    ['me@box:SSH:root@bastion', { user: 'me@box:SSH:root', host: 'bastion' }],
    // A port where ssh would read a name that hardly is one.
    ['web:22', { host: 'web', port: 22 }],
    ['me@web:2222', { user: 'me', host: 'web', port: 2222 }],
    ['web:0', 'bad-port'],
    ['web:65536', 'bad-port'],
    ['::1', { host: '::1' }],
    ['[::1]', { host: '::1' }],
    ['[::1]:22', { host: '::1', port: 22 }],
    ['me@fe80::1%eth0', { user: 'me', host: 'fe80::1%eth0' }],
    ['[fe80::1%eth0]:22', { host: 'fe80::1%eth0', port: 22 }],
    ['2001:db8::1:22', { host: '2001:db8::1:22' }],
    // What ssh refuses.
    ['', 'no-host'],
    ['me@', 'no-host'],
    ['@web', 'bad-user'],
    ['-oProxyCommand=x', 'bad-host'],
    ['me@-x', 'bad-host'],
    ['-x@web', 'bad-user'],
    ['a b', 'bad-host'],
    ['a\tb', 'bad-host'],
    ['a,b', 'bad-host'],
    ['a\\b', 'bad-host'],
    ['a$b', 'bad-host'],
    ['$(id)', 'bad-host'],
    ['`id`', 'bad-host'],
    ['a;b', 'bad-host'],
    ['a{b', 'bad-host'],
    ["it's", 'bad-host'],
    ['a\u0000b', 'bad-host'],
    ['a\ud800b', 'bad-host'],
    ['me\\@web', 'bad-user'],
    ['a -b@web', 'bad-user'],
    ["o'hara@web", 'bad-user'],
    ['a;b@web', 'bad-user'],
    ['a\u0007@web', 'bad-user'],
    // A password has no place, however it is spelt.
    ['root:hunter2@web', 'password'],
    ['root:hunt@er2@web', 'password'],
    ['tcp://web:2375', 'not-ssh'],
  ])('%j', (text, expected) => {
    expect(address(parseSshAddress(text))).toEqual(expected)
  })
})

describe('an address as a URL', () => {
  it.each<[string, SshAddress | string]>([
    ['ssh://joe%40corp.example@web', { user: 'joe@corp.example', host: 'web' }],
    ['ssh://joe@corp.example@web', { user: 'joe@corp.example', host: 'web' }],
    ['ssh://svc$@web', { user: 'svc$', host: 'web' }],
    ['ssh://CORP%5Cjoe@web', { user: 'CORP\\joe', host: 'web' }],
    ['ssh://CORP\\joe@web', { user: 'CORP\\joe', host: 'web' }],
    ['ssh://a+b@web', { user: 'a+b', host: 'web' }],
    ['ssh://a%2Bb@web', { user: 'a+b', host: 'web' }],
    ['ssh://a%20b@web', { user: 'a b', host: 'web' }],
    ['ssh://a%3Ab@web', { user: 'a:b', host: 'web' }],
    ['ssh://me;fingerprint=x@web', { user: 'me', host: 'web' }],
    ['ssh://prod%2Fweb1', { host: 'prod/web1' }],
    ['ssh://prod%2fweb1/run/x.sock', { host: 'prod/web1', socketPath: '/run/x.sock' }],
    ['ssh://web%3A22', { host: 'web:22' }],
    ['ssh://web#1', { host: 'web#1' }],
    ['ssh://测试服务器', { host: '测试服务器' }],
    ['ssh://%E6%B5%8B', { host: '测' }],
    ['SSH://web', { host: 'web' }],
    ['ssh://web:', { host: 'web' }],
    ['ssh://web:022/', { host: 'web', port: 22 }],
    ['ssh://web//', { host: 'web' }],
    ['ssh://web/run/my%20docker.sock', { host: 'web', socketPath: '/run/my docker.sock' }],
    ['ssh://web/run/my docker.sock', { host: 'web', socketPath: '/run/my docker.sock' }],
    ['ssh://web/run/100%25.sock', { host: 'web', socketPath: '/run/100%.sock' }],
    ['ssh://web/run/100%.sock', { host: 'web', socketPath: '/run/100%.sock' }],
    ['ssh://web/run/a+b@c:d', { host: 'web', socketPath: '/run/a+b@c:d' }],
    ['ssh://[::1]:2222/x', { host: '::1', port: 2222, socketPath: '/x' }],
    ['ssh://[fe80::1%25eth0]', { host: 'fe80::1%eth0' }],
    ['ssh://[fe80::1%eth0]', { host: 'fe80::1%eth0' }],
    ['ssh://[fe80::1%10]', { host: 'fe80::1%10' }],
    ['ssh://[fe80::1%25]', { host: 'fe80::1%25' }],
    ['ssh://', 'no-host'],
    ['ssh:///run/x.sock', 'no-host'],
    ['ssh://@web', 'bad-user'],
    ['ssh://%2DoProxyCommand=x', 'bad-host'],
    ['ssh://a%40b', 'bad-host'],
    ['ssh://ssh%3A%2F%2Fx', 'bad-host'],
    ['ssh://a%20b', 'bad-host'],
    ['ssh://a%0Ab', 'bad-host'],
    ['ssh://a%24(id)', 'bad-host'],
    ['ssh://[::1', 'bad-host'],
    ['ssh://a%3Bb@web', 'bad-user'],
    ['ssh://a b@web', 'bad-user'],
    ['ssh://root:hunter2@web', 'password'],
    ['ssh://web:ssh', 'bad-port'],
    ['ssh://web/run/%00', 'bad-path'],
    ['ssh://web/run/%0A', 'bad-path'],
    ['ssh://web/run/%FF', 'bad-escape'],
    ['ssh://%C3%28@web', 'bad-escape'],
  ])('%j', (text, expected) => {
    expect(address(parseSshAddress(text))).toEqual(expected)
  })
})

it.each<[SshAddress, string]>([
  [{ user: 'root', host: 'web', port: 22, socketPath: '/run/x.sock' }, 'ssh://root@web:22/run/x.sock'],
  [{ host: '测试服务器' }, 'ssh://测试服务器'],
  [{ host: 'a+b' }, 'ssh://a+b'],
  [{ host: 'prod/web1' }, 'ssh://prod%2Fweb1'],
  [{ host: 'web#1' }, 'ssh://web%231'],
  [{ host: 'web:22' }, 'ssh://web%3A22'],
  [{ host: '[::1]:22' }, 'ssh://%5B%3A%3A1%5D%3A22'],
  [{ host: 'a%20b' }, 'ssh://a%2520b'],
  [{ host: 'a\u00a0b\u202ec\u3164' }, 'ssh://a%C2%A0b%E2%80%AEc%E3%85%A4'],
  [{ host: '::1', port: 22 }, 'ssh://[::1]:22'],
  [{ host: 'fe80::1%eth0' }, 'ssh://[fe80::1%25eth0]'],
  [{ user: 'joe@corp', host: 'web' }, 'ssh://joe%40corp@web'],
  [{ user: 'CORP\\joe+x', host: 'web' }, 'ssh://CORP%5Cjoe%2Bx@web'],
  [{ user: 'svc$', host: 'web' }, 'ssh://svc$@web'],
  [{ host: 'web', socketPath: '/run/my 100%?#.sock' }, 'ssh://web/run/my%20100%25%3F%23.sock'],
])('%j is written %s', (parts, url) => {
  expect(formatSshAddress(parts)).toBe(url)
  expect(address(parseSshAddress(url))).toEqual(parts)
})

it.each<[string, SshAddress | string]>([
  ['web:22', { host: 'web:22' }],
  ['[::1]:22', { host: '[::1]:22' }],
  ['a@b', { user: 'a', host: 'b' }],
  ['tcp://x', { host: 'tcp://x' }],
  ['ssh://a%40b@web:22', { user: 'a@b', host: 'web', port: 22 }],
  ['me:x@web', { user: 'me:x', host: 'web' }],
  ['-x', 'bad-host'],
])('%s as an argument of ssh', (text, expected) => {
  expect(address(parseSshArgument(text))).toEqual(expected)
})

it('a name that ssh_config knows is that host, however it looks', () => {
  const aliases = new Set(['web:22', '[::1]:22', 'tcp://x', 'web'])
  const meant = (text: string) => address(addressMeant(text, aliases))
  expect(meant('web:22')).toEqual({ host: 'web:22' })
  expect(meant('me@web:22')).toEqual({ user: 'me', host: 'web:22' })
  expect(meant('[::1]:22')).toEqual({ host: '[::1]:22' })
  expect(meant('tcp://x')).toEqual({ host: 'tcp://x' })
  expect(meant('web:23')).toEqual({ host: 'web', port: 23 })
  expect(meant('ssh://web:22')).toEqual({ host: 'web', port: 22 })
  expect(meant('root:hunter2@web')).toBe('password')
})

it.each([
  ['ssh://[fe80::1%eth0]', 'ssh://[fe80::1%25eth0]'],
  ['ssh://a+b@web', 'ssh://a%2Bb@web'],
  ['ssh://a%b', 'ssh://a%25b'],
  ['ssh://web/run/my docker.sock', 'ssh://web/run/my%20docker.sock'],
  ['ssh://web/', 'ssh://web'],
  ['ssh://-x', 'ssh://-x'],
  ['local', 'local'],
  ['unix:///run/a b.sock', 'unix:///run/a b.sock'],
])('%s is usually spelt %s', (text, usual) => {
  expect(usualSpelling(text)).toBe(usual)
})
