import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Change } from '../../../../electron/core/changes/change'
import { probeHostFiles } from '../../../../electron/hostfs/host/host-files'
import { upperChanges } from '../../../../electron/hostfs/upper/upper-changes'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { outputOf, type Transport } from '../../../../electron/transport/transport'
import { hostileEnvironment, hostileLogin } from '../../../builders/hosts/hostile-environment'
import { overlayFolders, type OverlayFolders } from '../../../builders/overlay/overlay-folders'
import { hopTo, nobodyAborts, transportOver } from '../../../builders/hosts/ssh-host'
import { startPrivateSshd, type PrivateSshd, type SshdUser } from '../../../engines/ssh/private-sshd'

/** Each is something that a tool leaves out or tells otherwise in a hostile environment. */
const happened = `
rm -rf repo/.git; mkdir repo/.git; echo new >repo/.git/HEAD
rm -rf dir; mkdir dir; echo one >dir/one
rm -rf CVS; mkdir CVS
echo longer >file; chmod 4755 mode; ln -sf file link
echo 'two words' >"it's"; rm gone; mkdir usr; echo inner >usr/find
printf '#!/bin/sh\\necho hostile\\n' >find; cp find stat; cp find env; cp find tar; chmod 755 find stat env tar`

let layers: OverlayFolders
let server: PrivateSshd
/** As a local transport tells them whose environment nobody has touched. */
let expected: readonly Change[]

beforeAll(async () => {
  layers = overlayFolders()
  await chmod(layers.root, 0o755)
  layers.inFolder(
    'low',
    'mkdir -p repo/.git dir CVS; touch repo/.git/config dir/old CVS/Root; echo 1 >file; touch mode gone; ln -s x link',
  )
  layers.change('upper', ['low'], happened)
  expected = await changesOver(openLocalTransport())
  server = await startPrivateSshd({
    shells: { root: '/bin/bash', helper: '/bin/bash' },
    sudoers: ['Defaults !env_reset'],
  })
  for (const user of ['root', 'helper'] as const)
    await writeFile(join(server.home(user), '.bashrc'), `${hostileLogin()}echo noise >&2\n`)
})

afterAll(async () => {
  await server.stop()
  layers.remove()
})

async function over(user: SshdUser): Promise<Transport> {
  const key = await server.makeKey('ed25519')
  await server.authorize(user, key)
  const transport = transportOver(hopTo(server, { user, identityFiles: [key] }))
  onTestFinished(() => transport.close())
  return transport
}

async function changesOver(transport: Transport): Promise<Change[]> {
  const signal = AbortSignal.timeout(60_000)
  const probe = await probeHostFiles(transport, layers.root, signal)
  if (!probe.works) throw new Error(probe.reason)
  const all: Change[] = []
  for await (const batch of upperChanges(probe.files, layers.directories(['low']), signal)) all.push(...batch)
  return all.sort((a, b) => (a.path < b.path ? -1 : 1))
}

test('the changes that are looked for are there', () => {
  expect(expected.filter(({ kind }) => kind === 'deleted').map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/CVS/Root', '/dir/old', '/gone', '/repo/.git/config']),
  )
  expect(expected.map(({ path }) => path)).toEqual(expect.arrayContaining(['/usr/find', "/it's", '/mode']))
})

describe('In an environment that changes the tools the same changes are listed', () => {
  test('on this machine', async () => {
    for (const [name, value] of Object.entries(hostileEnvironment)) vi.stubEnv(name, value)
    vi.stubEnv('PATH', `.::relative:${process.env['PATH'] ?? ''}`)
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    expect(await changesOver(openLocalTransport())).toEqual(expected)
  })

  test.each([
    ['as root', 'root'],
    ['with sudo, which keeps it', 'helper'],
  ] as const)('over SSH, %s', async (_how, user) => {
    expect(await changesOver(await over(user))).toEqual(expected)
  })
})

test('what login files complain of is no complaint of a command', async () => {
  const command = { name: 'a test', script: 'echo gone by now >&2; exit 1', passesOver: /^gone/ }
  const root = await over('root')
  expect((await outputOf(root, command, nobodyAborts)).length).toBe(0)
  await expect(
    outputOf(root, { name: 'a test', script: 'echo wrong >&2; exit 3' }, nobodyAborts),
  ).rejects.toThrow('A test failed: the command ended with status 3. wrong.')
})

test('each command sees the same few variables', async () => {
  const said = async (user: SshdUser, elevated = false) =>
    (await outputOf(await over(user), { name: 'a test', script: 'env', elevated }, nobodyAborts))
      .toString()
      .split('\n')
      .map((line) => line.split('=')[0])
      .filter((name) => name !== '' && name !== 'PWD')
      .sort()
  expect(await said('root')).toEqual(['HOME', 'LC_ALL', 'PATH'])
  expect(await said('helper', true)).toEqual(['HOME', 'LC_ALL', 'PATH'])
})
