import { chmod } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Change } from '../../../../electron/core/changes/change'
import { probeHostFiles } from '../../../../electron/hostfs/host/host-files'
import type { HostTools } from '../../../../electron/hostfs/host/host-tools'
import { upperChanges } from '../../../../electron/hostfs/upper/upper-changes'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { outputOf, type Transport } from '../../../../electron/transport/transport'
import { ownHost } from '../../../builders/hosts/command-host'
import { overlayFolders, type OverlayFolders } from '../../../builders/overlay/overlay-folders'
import { nobodyAborts } from '../../../builders/hosts/ssh-host'
import type { PrivateSshdOptions } from '../../../engines/ssh/private-sshd'

let layers: OverlayFolders
let expected: readonly Change[]

beforeAll(async () => {
  layers = overlayFolders()
  await chmod(layers.root, 0o755)
  layers.inFolder(
    'low',
    'mkdir -p dir/deep usr; touch dir/deep/old usr/a gone mode; ln -s x link; echo 1 >file',
  )
  layers.change(
    'upper',
    ['low'],
    'rm -rf dir; mkdir dir; echo new >dir/new; rm gone; chmod 600 mode; echo 2 >file',
  )
  expected = await changesOver(openLocalTransport())
})

afterAll(() => {
  layers.remove()
})

async function changesOver(transport: Transport, tools: Partial<HostTools> = {}): Promise<Change[]> {
  const signal = AbortSignal.timeout(60_000)
  const probe = await probeHostFiles(transport, layers.root, signal)
  if (!probe.works) throw new Error(probe.reason)
  const files = { ...probe.files, tools: { ...probe.files.tools, ...tools } }
  const all: Change[] = []
  for await (const batch of upperChanges(files, layers.directories(['low']), signal)) all.push(...batch)
  return all.sort((a, b) => (a.path < b.path ? -1 : 1))
}

const vanishedPath = /^find: .*: No such file or directory$/

const missing = '/usr/lib/missing.so'
const login = [
  'echo "bash: warning: setlocale: LC_ALL: cannot change locale (xx_XX.UTF-8)" >&2',
  'echo "perl: warning: Setting locale failed." >&2',
  'mesg n',
  'echo "Last login: yesterday"; printf "\\033[1;31mUpdates: 3\\033[0m\\n"',
].join('\n')

const noisy: readonly (PrivateSshdOptions & { readonly what: string; readonly login: string })[] = [
  {
    what: 'a library that no process can preload',
    instead: { '/etc/ld.so.preload': `${missing}\n` },
    login: ':',
  },
  {
    what: 'such a library in the environment',
    config: [`SetEnv LD_PRELOAD=${missing} LANG=xx_XX.UTF-8`],
    login: ':',
  },
  {
    what: 'such a library that sudo keeps',
    login: `export LD_PRELOAD=${missing}`,
    sudoers: ['Defaults !env_reset', 'Defaults env_keep += "LD_PRELOAD"'],
  },
  { what: 'warnings and news of the login', login },
  {
    what: 'a sudo that cannot resolve its host',
    instead: { '/etc/hosts': '127.0.0.1 localhost\n' },
    login: ':',
  },
]

describe.each(noisy)('With $what', ({ what: _, ...options }) => {
  test.each(['root', 'helper'] as const)('%s sees the same changes', async (user) => {
    const { transport } = await ownHost({ ...options, user })
    expect(await changesOver(transport)).toEqual(expected)
    const coarse = await changesOver(transport, { find: 'other', stat: 'other' })
    expect(coarse.map(({ kind, path }) => [kind, path])).toEqual(
      expected.map(({ kind, path }) => [kind, path]),
    )
  })

  test.each([false, true])('complaints are told apart (elevated: %j)', async (elevated) => {
    const { transport } = await ownHost({ ...options, user: 'helper' })
    const find = { name: 'a test', script: 'exec find /gone', passesOver: vanishedPath, elevated }
    expect((await outputOf(transport, find, nobodyAborts)).length).toBe(0)
    await expect(
      outputOf(
        transport,
        { name: 'a test', script: 'cat /gone', elevated, passesOver: vanishedPath },
        nobodyAborts,
      ),
    ).rejects.toThrow(
      /^A test failed: the command ended with status 1\. cat: \/gone: No such file or directory\.$/,
    )
  })
})
