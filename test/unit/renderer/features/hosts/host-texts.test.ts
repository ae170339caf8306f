import { expect, test } from 'vitest'
import { shownHosted } from '../../../../../renderer/src/features/all-hosts/all-containers-list'
import { addressHint, aliasesIn } from '../../../../../renderer/src/features/hosts/add/address-hint'
import { emptyOptions, hostInput } from '../../../../../renderer/src/features/hosts/add/host-input'
import {
  hostDot,
  isTroubleShown,
  standingOf,
} from '../../../../../renderer/src/features/hosts/state/host-standing'
import { clockTime, logText } from '../../../../../renderer/src/features/hosts/log/log-text'
import { shownSuggestions } from '../../../../../renderer/src/features/hosts/add/suggestion-list'
import {
  historyWithout,
  hostsOf,
  placeWithout,
  type Place,
} from '../../../../../renderer/src/stores/place/place'

test('an address is judged while it is typed, and its one spelling shown', () => {
  expect(addressHint('  ', '')).toEqual({ kind: 'empty' })
  expect(addressHint(' root@box ', '')).toEqual({ kind: 'fine', host: 'ssh://root@box' })
  expect(addressHint('box', '/run/podman/podman.sock')).toEqual({
    kind: 'fine',
    host: 'ssh://box/run/podman/podman.sock',
  })
  expect(addressHint('unix:///run/podman/podman.sock', '')).toEqual({
    kind: 'fine',
    host: 'unix:///run/podman/podman.sock',
    here: true,
  })
  expect(addressHint('unix:///run/../x', '')).toEqual({ kind: 'problem', problem: 'not-ssh' })
  expect(addressHint('ssh://root:secret@box', '')).toEqual({ kind: 'problem', problem: 'password' })
  expect(addressHint('tcp://box:2375', '')).toEqual({ kind: 'problem', problem: 'not-ssh' })
  expect(addressHint('box', 'docker.sock')).toEqual({ kind: 'problem', problem: 'socket-not-absolute' })
})

test('a name that is escaped in its address is shown as it is, and one of ssh_config goes before a port', () => {
  expect(addressHint('prod/web1', '')).toEqual({
    kind: 'fine',
    host: 'ssh://prod%2Fweb1',
    name: 'prod/web1',
  })
  expect(addressHint('测试服务器', '/run/my.sock')).toEqual({
    kind: 'fine',
    host: 'ssh://测试服务器/run/my.sock',
  })
  expect(addressHint('box', '/run/a\tb')).toEqual({ kind: 'problem', problem: 'bad-path' })
  expect(addressHint('a b', '')).toEqual({ kind: 'problem', problem: 'bad-host' })
  const suggestion = (hostId: string, source: 'ssh-config' | 'docker-context') =>
    ({ hostId, name: hostId, source, known: false }) as const
  const aliases = aliasesIn([
    suggestion('ssh://web%3A22', 'ssh-config'),
    suggestion('ssh://db%3A22', 'docker-context'),
    suggestion('unix:///run/x.sock', 'docker-context'),
  ])
  expect([...aliases]).toEqual(['web:22'])
  expect(addressHint('me@web:22', '', aliases)).toEqual({
    kind: 'fine',
    host: 'ssh://me@web%3A22',
    name: 'web:22',
  })
  expect(addressHint('db:22', '', aliases)).toEqual({ kind: 'fine', host: 'ssh://db:22' })
})

test('only what was said about a host goes with its address', () => {
  expect(hostInput('ssh://box', emptyOptions)).toEqual({ host: 'ssh://box' })
  expect(
    hostInput('ssh://box', { ...emptyOptions, name: ' Build ', socket: '/s', legacyAlgorithms: true }),
  ).toEqual({ host: 'ssh://box', name: 'Build', legacyAlgorithms: true })
})

test('suggestions are searched by name and address, those that are new first', () => {
  const suggestion = (name: string, known: boolean) =>
    ({ hostId: `ssh://${name}`, name, source: 'ssh-config', known }) as const
  const list = [suggestion('web-1', true), suggestion('web-2', false), suggestion('db', false)]
  expect(shownSuggestions(list, 'WEB').map(({ name }) => name)).toEqual(['web-2', 'web-1'])
  expect(shownSuggestions(list, '')).toHaveLength(3)
})

test('what is said of a host follows from its connection and the time', () => {
  const failure = { kind: 'connection-lost', message: '' } as const
  expect(standingOf(undefined, 0)).toEqual({ kind: 'disconnected' })
  expect(standingOf({ state: 'lost', failure, retryAt: 2500 }, 1000)).toEqual({ kind: 'waiting', seconds: 2 })
  expect(standingOf({ state: 'lost', failure, retryAt: 2500 }, 9000)).toEqual({ kind: 'waiting', seconds: 0 })
  expect(standingOf({ state: 'lost', failure }, 0)).toEqual({ kind: 'stopped' })
  expect(standingOf({ state: 'connecting', failure }, 0)).toEqual({ kind: 'retrying' })
  expect(standingOf({ state: 'connecting' }, 0)).toEqual({ kind: 'connecting' })
  const silence = { since: '1970-01-01T00:00:01.000Z' }
  expect(standingOf({ state: 'connected', silence }, 13_000)).toEqual({ kind: 'silent', seconds: 12 })
  expect([hostDot({ kind: 'connected' }), hostDot({ kind: 'stopped' })]).toEqual(['on', 'bad'])
  expect(hostDot({ kind: 'silent', seconds: 3 })).toBe('warn')
})

test('of the first connection of this machine no trouble is told, of a host over SSH each step', () => {
  const local = { hostId: 'local', kind: 'local', name: 'local', saved: true } as const
  const remote = { hostId: 'ssh://a', kind: 'ssh', name: 'a', saved: true } as const
  expect(isTroubleShown(local, { state: 'connecting' })).toBe(false)
  expect(isTroubleShown(local, { state: 'lost' })).toBe(true)
  expect(isTroubleShown(remote, undefined)).toBe(true)
  expect(isTroubleShown(remote, { state: 'connected' })).toBe(false)
  expect(isTroubleShown(remote, { state: 'connected', silence: { since: new Date(0).toISOString() } })).toBe(
    true,
  )
  const another = { ...local, hostId: 'unix:///run/podman/podman.sock' }
  expect([isTroubleShown(another, undefined), isTroubleShown(another, { state: 'connecting' })]).toEqual([
    true,
    false,
  ])
})

test('a connection log is copied with its warnings, and what acts on a screen is spelt out', () => {
  const text = logText('ssh://box', {
    warnings: ['GSSAPIAuthentication is not followed'],
    entries: [{ time: '2026-11-24T01:02:03.004Z', text: 'Banner: \u001b[31mhello' }],
  })
  expect(text).toBe(
    'Lamina, connection log of ssh://box\n' +
      'warning: GSSAPIAuthentication is not followed\n\n' +
      '2026-11-24T01:02:03.004Z  Banner: \\u001b[31mhello\n',
  )
  expect(clockTime('2026-11-24T01:02:03.004Z')).toMatch(/^\d\d:\d\d:03\.004$/)
  expect(clockTime('soon')).toBe('soon')
})

test('the way back leaves out a removed host and no step twice', () => {
  const images = { screen: 'images', hostId: 'local' } as const
  const gone = { screen: 'images', hostId: 'ssh://a' } as const
  const compared: Place = {
    screen: 'compare',
    hostId: 'local',
    left: { hostId: 'local', image: '1' },
    right: { hostId: 'ssh://a', image: '2' },
  }
  const home = { screen: 'containers', hostId: 'local', tab: 'changes' } as const
  expect(historyWithout([images, gone, images, compared], 'ssh://a', home)).toEqual([images])
  expect(historyWithout([home, gone], 'ssh://a', home)).toEqual([])
  expect(placeWithout({ screen: 'all', hostId: 'ssh://a' }, 'ssh://a')).toEqual({
    screen: 'all',
    hostId: 'local',
  })
  expect(placeWithout(compared, 'ssh://a')).toBeUndefined()
  expect(hostsOf(compared)).toEqual(['local', 'ssh://a'])
  expect(hostsOf({ screen: 'all', hostId: 'local' })).toEqual([])
})

test('containers of several hosts are found and sorted by their host too', () => {
  const host = (hostId: string) => ({ hostId, kind: 'ssh', name: hostId, saved: true }) as const
  const container = (name: string) =>
    ({
      id: name,
      name,
      image: 'nginx:1',
      imageId: 'sha256:0',
      state: 'running',
      status: 'Up',
      createdAt: '2026-11-23T12:00:00Z',
    }) as const
  const list = [
    { host: host('zeta'), container: container('a') },
    { host: host('alpha'), container: container('b') },
  ]
  const names = (search: string, sort: 'name' | 'host') =>
    shownHosted(list, 'all', search, sort, (hostId) => hostId).map((hosted) => hosted.container.name)
  expect(names('', 'name')).toEqual(['a', 'b'])
  expect(names('', 'host')).toEqual(['b', 'a'])
  expect(names('nginx ZETA', 'name')).toEqual(['a'])
})
