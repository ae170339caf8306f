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
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HostFiles } from '../../../electron/hostfs/host-files'
import { gnuTools } from '../../builders/gnu-tools'
import { newerEntries } from '../../../electron/hostfs/newer-entries'
import { openLocalTransport } from '../../../electron/transport/local/local-transport'
import type { Transport } from '../../../electron/transport/transport'
import { busyboxFolder, type ToolFolder, withTools } from '../../builders/other-tools'
import { eventually } from '../../engines/wait'

const never = AbortSignal.timeout(120_000)
const local = openLocalTransport()
let tools: ToolFolder
let upper: string
const at = (name: string) => join(upper, name)

beforeAll(() => {
  tools = busyboxFolder([])
})

afterAll(() => {
  tools.remove()
})

beforeEach(() => {
  upper = mkdtempSync(join(tmpdir(), 'lamina-newer-'))
  mkdirSync(at('deep/er'), { recursive: true })
  for (const name of ['file', 'deep/er/file', 'new\nline', '-n']) writeFileSync(at(name), 'one')
  return () => {
    rmSync(upper, { recursive: true, force: true })
  }
})

function hostWith(kind: string): HostFiles {
  if (kind === 'gnu') return { transport: local, elevated: false, tools: gnuTools }
  const transport = withTools(local, tools)
  return {
    transport,
    elevated: false,
    tools: { find: 'other', stat: 'other', opaque: 'getfattr', getfattr: true },
  }
}

/** Asks until nothing is newer than the last answer, and gives its time. */
async function untilQuiet(host: HostFiles): Promise<number> {
  let since = 0
  return await eventually(
    async () => {
      const { found, asOf } = await newerEntries(host, upper, since, never)
      since = asOf
      return found ? undefined : asOf
    },
    { within: 30_000, every: 200, what: 'the directory to be old' },
  )
}

describe.each(['gnu', 'busybox'])('with the tools of %s', (kind) => {
  test.each([
    [
      'a file that is written',
      () => {
        writeFileSync(at('deep/er/file'), 'two')
      },
    ],
    [
      'a file with the time that it had',
      () => {
        utimesSync(at('file'), 1, 1)
      },
    ],
    [
      'other rights',
      () => {
        chmodSync(at('deep'), 0o700)
      },
    ],
    [
      'a file that is deleted',
      () => {
        rmSync(at('deep/er/file'))
      },
    ],
    [
      'a directory that is deleted from the top',
      () => {
        rmSync(at('deep'), { recursive: true })
      },
    ],
    [
      'a file by another name',
      () => {
        renameSync(at('new\nline'), at('deep/renamed'))
      },
    ],
    [
      'a further name',
      () => {
        linkSync(at('file'), at('deep/er/hard'))
      },
    ],
  ])('%s is news', async (_, change) => {
    const host = hostWith(kind)
    const since = await untilQuiet(host)
    expect((await newerEntries(host, upper, since, never)).found).toBe(false)
    change()
    expect((await newerEntries(host, upper, since, never)).found).toBe(true)
  })

  test('everything is news at first, and where the clock was set back', async () => {
    const host = hostWith(kind)
    const { found, asOf } = await newerEntries(host, upper, 0, never)
    expect(found).toBe(true)
    expect((await newerEntries(host, upper, asOf + 3600, never)).found).toBe(true)
  })

  test('a directory that is gone is a failure', async () => {
    await expect(newerEntries(hostWith(kind), at('nowhere'), 0, never)).rejects.toMatchObject({
      failure: { kind: 'command-failed' },
    })
  })
})

test('asking leaves nothing behind when it is ended, as closing a listing does', async () => {
  const pidFile = at('pid')
  const host = hostWithFind(`echo $$ >'${pidFile}.new'; mv '${pidFile}.new' '${pidFile}'; exec sleep 1000`)
  const leaving = new AbortController()
  const asked = newerEntries(host, upper, 0, leaving.signal)
  const pid = await eventually(() => existsSync(pidFile) && Number(readFileSync(pidFile, 'utf8')))
  expect(isThere(pid)).toBe(true)
  leaving.abort()
  await expect(asked).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  await eventually(() => !isThere(pid), { within: 5000, what: 'find to end' })
})

test.each([
  ["find: './deep/er': No such file or directory", true],
  ["find: './deep/er': Permission denied", false],
])('a look during which find says "%s"', async (complaint, passes) => {
  const host = hostWithFind(`command -p find "$@"; echo "${complaint}" >&2; exit 1`)
  const look = newerEntries(host, upper, Date.now() / 1000 + 3600, never)
  if (passes) await expect(look).resolves.toMatchObject({ found: true })
  else await expect(look).rejects.toMatchObject({ failure: { kind: 'command-failed' } })
})

/** A host whose find is a script of the test's own. */
function hostWithFind(body: string): HostFiles {
  mkdirSync(at('bin'))
  writeFileSync(at('bin/find'), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  const transport: Transport = {
    ...local,
    run: ({ script, ...others }, signal) =>
      local.run({ ...others, script: `PATH='${at('bin')}':$PATH\n${script}` }, signal),
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
