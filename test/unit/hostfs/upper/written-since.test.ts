import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HostFiles } from '../../../../electron/hostfs/host/host-files'
import { gnuTools } from '../../../builders/tools/gnu-tools'
import { newerEntries } from '../../../../electron/hostfs/upper/written-since'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import type { Transport } from '../../../../electron/transport/transport'
import { busyboxFolder, type ToolFolder, withTools } from '../../../builders/tools/other-tools'
import { eventually } from '../../../engines/wait'

const never = new AbortController().signal
const local = openLocalTransport()
const kinds = ['gnu', 'busybox'] as const
type Kind = (typeof kinds)[number]

/** What can happen in an upper directory. */
const news: readonly (readonly [what: string, change: (at: (name: string) => string) => void])[] = [
  ['a file that is written', (at) => writeFileSync(at('deep/er/file'), 'two')],
  ['a file with the time that it had', (at) => utimesSync(at('file'), 1, 1)],
  ['other rights', (at) => chmodSync(at('deep'), 0o700)],
  ['a file that is deleted', (at) => rmSync(at('deep/er/file'))],
  ['a directory that is deleted from the top', (at) => rmSync(at('deep'), { recursive: true })],
  ['a file by another name', (at) => renameSync(at('new\nline'), at('deep/renamed'))],
  ['a further name', (at) => linkSync(at('file'), at('deep/er/hard'))],
]

let tools: ToolFolder
let root: string
/** When all that `beforeAll` made is old, by an answer that is true of whole seconds too. */
let since: number
const upperOf = (name: string) => join(root, name)
const placesIn = (name: string) => (path: string) => join(upperOf(name), path)

beforeAll(async () => {
  tools = busyboxFolder([])
  root = mkdtempSync(join(tmpdir(), 'lamina-newer-'))
  const names = kinds.flatMap((kind) => news.map(([what]) => `${kind}, ${what}`))
  for (const name of names) anUpper(name)
  since = await whenOld(upperOf(names.at(-1) ?? ''))
}, 60_000)

afterAll(() => {
  tools.remove()
  rmSync(root, { recursive: true, force: true })
})

/** Makes an upper directory with some entries. */
function anUpper(name: string): void {
  const at = placesIn(name)
  mkdirSync(at('deep/er'), { recursive: true })
  for (const path of ['file', 'deep/er/file', 'new\nline', '-n']) writeFileSync(at(path), 'one')
}

function hostWith(kind: Kind): HostFiles {
  if (kind === 'gnu') return { transport: local, elevated: false, tools: gnuTools }
  const transport = withTools(local, tools)
  return {
    transport,
    elevated: false,
    tools: { find: 'other', stat: 'other', opaque: 'getfattr', getfattr: true },
  }
}

/** Asks until nothing is newer than the last answer, and gives its time. */
async function whenOld(upper: string): Promise<number> {
  let last = 0
  return await eventually(
    async () => {
      const { found, asOf } = await newerEntries(hostWith('busybox'), upper, last, never)
      last = asOf
      return found ? undefined : asOf
    },
    { every: 200, what: 'the directory to be old' },
  )
}

describe.each(kinds)('with the tools of %s', (kind) => {
  test.each(news)('%s is news', async (what, change) => {
    const name = `${kind}, ${what}`
    expect((await newerEntries(hostWith(kind), upperOf(name), since, never)).found).toBe(false)
    change(placesIn(name))
    expect((await newerEntries(hostWith(kind), upperOf(name), since, never)).found).toBe(true)
  })

  test('everything is news at first, and where the clock was set back', async () => {
    const host = hostWith(kind)
    const upper = upperOf(`${kind}, at first`)
    anUpper(`${kind}, at first`)
    const { found, asOf } = await newerEntries(host, upper, 0, never)
    expect(found).toBe(true)
    expect((await newerEntries(host, upper, asOf + 3600, never)).found).toBe(true)
  })

  test('a directory that is gone is a failure', async () => {
    await expect(newerEntries(hostWith(kind), upperOf('nowhere'), 0, never)).rejects.toMatchObject({
      failure: { kind: 'command-failed' },
    })
  })
})

test('asking leaves nothing behind when it is ended, as closing a listing does', async () => {
  anUpper('ended')
  const at = placesIn('ended')
  const pidFile = at('pid')
  const host = hostWithFind(
    at('bin'),
    `echo $$ >'${pidFile}.new'; mv '${pidFile}.new' '${pidFile}'; exec sleep 1000`,
  )
  const leaving = new AbortController()
  const asked = newerEntries(host, upperOf('ended'), 0, leaving.signal)
  const pid = await eventually(() => existsSync(pidFile) && Number(readFileSync(pidFile, 'utf8')))
  expect(isThere(pid)).toBe(true)
  leaving.abort()
  await expect(asked).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  await eventually(() => !isThere(pid), { what: 'find to end' })
})

test.each([
  ["find: './deep/er': No such file or directory", true],
  ["find: './deep/er': Permission denied", false],
])('a look during which find says "%s"', async (complaint, passes) => {
  const name = `complaint, ${String(passes)}`
  anUpper(name)
  const host = hostWithFind(placesIn(name)('bin'), `command -p find "$@"; echo "${complaint}" >&2; exit 1`)
  const look = newerEntries(host, upperOf(name), Date.now() / 1000 + 3600, never)
  if (passes) await expect(look).resolves.toMatchObject({ found: true })
  else await expect(look).rejects.toMatchObject({ failure: { kind: 'command-failed' } })
})

/** A host whose find is a script of the test's own. */
function hostWithFind(folder: string, body: string): HostFiles {
  mkdirSync(folder)
  writeFileSync(join(folder, 'find'), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  const transport: Transport = {
    ...local,
    run: ({ script, ...others }, signal) =>
      local.run({ ...others, script: `PATH='${folder}':$PATH\n${script}` }, signal),
  }
  return { transport, elevated: false, tools: gnuTools }
}

/** Not for a process that has ended and whose status nobody has asked for yet. */
function isThere(pid: number): boolean {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'latin1') !== ''
  } catch {
    return false
  }
}
