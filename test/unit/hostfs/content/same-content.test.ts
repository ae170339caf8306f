import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { gnuTools } from '../../../builders/tools/gnu-tools'
import { pathAttributes } from '../../../../electron/hostfs/lookups/path-attributes'
import { sameContent } from '../../../../electron/hostfs/content/same-content'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { busyboxFolder, withTools } from '../../../builders/tools/other-tools'

/** Each pipe that is met in the moment between a look and an opening takes ten seconds, and there are twenty such moments. */
const patience = 250_000
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lamina-pairs-'))
  execFileSync('sh', ['-euc', 'mkdir -p upper/d low outside; echo secret >low/f; cp low/f outside/f'], {
    cwd: root,
  })
})

afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

function inUpper(script: string): void {
  execFileSync('sh', ['-euc', script], { cwd: join(root, 'upper') })
}

/** Compares paths of the upper folder with the file `low/f`, with other tools where some are given. */
async function verdicts(paths: readonly string[], own?: readonly string[]): Promise<(boolean | undefined)[]> {
  const tools = own === undefined ? undefined : busyboxFolder(own)
  const local = openLocalTransport()
  try {
    const transport = tools === undefined ? local : withTools(local, tools)
    const host = { transport, elevated: false, tools: gnuTools }
    const pairs = paths.map((path) => ({ path: bytePath(path), place: join(root, 'low/f') }))
    const found = await sameContent(host, join(root, 'upper'), pairs, AbortSignal.timeout(patience))
    return paths.map((_, at) => found.get(at))
  } finally {
    await local.close()
    tools?.remove()
  }
}

describe.each([
  ['GNU tools', undefined],
  ["busybox's", []],
] as const)('comparing files, with %s,', { timeout: patience }, (_name, own) => {
  it('looks at plain files only, and waits for no pipe', async () => {
    inUpper(`cp ../low/f same; echo others >other; mkfifo pipe; ln -s ../low/f link; ln -s ../outside out; mkdir dir
      mknod null c 1 3; cp same d/same`)
    const paths = [
      '/pipe',
      '/same',
      '/other',
      '/link',
      '/out/f',
      '/dir',
      '/null',
      '/gone',
      '/no/f',
      '/d/same',
    ]
    expect(await verdicts(paths, own)).toEqual([
      undefined,
      true,
      false,
      ...Array.from({ length: 6 }, () => undefined),
      true,
    ])
  })

  it('never says of a file outside that it is the same', async () => {
    inUpper('echo others >other; cp other d/f; ln -s ../low/f link')
    const swapping = spawn(
      'sh',
      [
        '-c',
        `while :; do ln -s ../outside e; mv -T d k; mv -T e d; rm d; mv -T k d
          cp -P link new; mv -f new file; mkfifo new; mv -f new file; cp other new; mv -f new file
          [ -n "$begun" ] || echo begun; begun=yes; done`,
      ],
      { cwd: join(root, 'upper'), stdio: ['ignore', 'pipe', 'ignore'], detached: true },
    )
    // All that it starts has its output too, which is closed with the last of them.
    const ended = once(swapping, 'close')
    try {
      await once(swapping.stdout, 'data')
      const paths = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? '/d/f' : '/file'))
      for (const verdict of await verdicts(paths, own)) expect(verdict).not.toBe(true)
    } finally {
      process.kill(-(swapping.pid ?? 0), 'SIGKILL')
      await ended
    }
  })
})

it('attributes are those of a link itself, and of nothing outside', async () => {
  inUpper('ln -s ../outside out; ln -s ../outside/f link; mkfifo pipe; setfattr -n user.a -v 1 ../outside/f')
  const local = openLocalTransport()
  const paths = ['/out/f', '/link', '/pipe', '/gone'].map((path) => ({ layer: join(root, 'upper'), path }))
  const host = { transport: local, elevated: false, tools: gnuTools }
  const found = await pathAttributes(host, paths, 'all', AbortSignal.timeout(patience))
  await local.close()
  expect([...(found ?? [])]).toEqual([
    [1, new Map()],
    [2, new Map()],
  ])
})
