import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directoryNames } from '../../../../electron/hostfs/lookups/directory-names'
import type { FileTime } from '../../../../electron/hostfs/commands/file-time'
import {
  type HostFiles,
  type HostFilesProbe,
  probeHostFiles,
} from '../../../../electron/hostfs/host/host-files'
import { gnuTools } from '../../../builders/tools/gnu-tools'
import { markedFields } from '../../../../electron/hostfs/commands/marked-fields'
import { attributesPrinted } from '../../../../electron/hostfs/overlay/attributes-by-getfattr'
import { statPaths } from '../../../../electron/hostfs/lookups/stat-paths'
import { upperEntries } from '../../../../electron/hostfs/upper/upper-entries'
import { whiteoutNames } from '../../../../electron/hostfs/upper/whiteout-names'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { refusedBySudo } from '../../../../electron/transport/sudo-refusal'
import type { Transport } from '../../../../electron/transport/transport'
import { busyboxFolder, type ToolFolder, withTools } from '../../../builders/tools/other-tools'

const never = new AbortController().signal
const local = openLocalTransport()
let root: string
let tools: ToolFolder
let gnu: HostFiles
let busybox: HostFiles

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lamina-portable-'))
  tools = busyboxFolder(['getfattr'])
  gnu = { transport: local, elevated: false, tools: gnuTools }
  busybox = {
    transport: withTools(local, tools),
    elevated: false,
    tools: { find: 'other', stat: 'other', opaque: 'getfattr', getfattr: true },
  }
  mkdirSync(join(root, 'd/.wh.dir'), { recursive: true })
  for (const name of ['a b', 'new\nline', "quo'te", '.wh.gone', '-n', 'é', '%n', ' ', '\\'])
    writeFileSync(join(root, 'd', name), 'x'.repeat(name.length))
  symlinkSync("target -> 'x\n' ", join(root, 'd/link'))
  symlinkSync('x', join(root, "d/l' -> 'm"))
  execFileSync(
    'sh',
    ['-c', 'mkfifo p; mknod c c 1 3; mknod w c 0 0; ln "a b" hard; chmod 4755 "a b"; chown 7:8 %n'],
    {
      cwd: join(root, 'd'),
    },
  )
})

afterAll(() => {
  rmSync(root, { recursive: true, force: true })
  tools.remove()
})

async function all<Value>(batches: AsyncIterable<readonly Value[]>): Promise<Value[]> {
  const values: Value[] = []
  for await (const batch of batches) values.push(...batch)
  return values
}

/** Only GNU's tools know parts of a second. */
function wholeSeconds<Facts extends { readonly modifiedAt: number; readonly time: FileTime }>(facts: Facts) {
  const { seconds } = facts.time
  return { ...facts, modifiedAt: Math.floor(facts.modifiedAt / 1000), time: { seconds } }
}

describe("busybox's tools tell what GNU's tell", () => {
  it('of a directory that is listed', async () => {
    const [theirs, ours] = await Promise.all(
      [gnu, busybox].map(async (host) =>
        (await all(upperEntries(host, root, never)))
          // An inode is told apart by numbers that only have to agree with each other.
          .map((entry) => ({ ...wholeSeconds(entry), inode: entry.inode !== '' }))
          .sort((a, b) => (a.path < b.path ? -1 : 1)),
      ),
    )
    expect(theirs).toHaveLength(18)
    expect(ours).toEqual(theirs)
  })

  it('of paths that are looked up, and of none that are missing', async () => {
    const names = ['a b', 'new\nline', 'missing', 'link', 'w', 'c', '%n', 'a b\nmissing', 'p/missing']
    const paths = names.map((name) => `${root}/d/${name}`)
    const [theirs, ours] = await Promise.all([gnu, busybox].map((host) => statPaths(host, paths, never)))
    expect([...(ours ?? [])].map(([path, facts]) => [path, wholeSeconds(facts)])).toEqual(
      [...(theirs ?? [])].map(([path, facts]) => [path, wholeSeconds(facts)]),
    )
    expect(ours?.size).toBe(6)
  })

  it('of the names in directories, and of names like whiteouts', async () => {
    const folders = [`${root}/d`, root, `${root}/missing`]
    for (const host of [gnu, busybox]) {
      const names = await directoryNames(host, folders, never)
      expect([names.get(root), names.get(`${root}/d`)?.length, names.size]).toEqual([['d'], 16, 2])
      const warnings = await whiteoutNames(host, root, never)
      expect(warnings.map(({ path }) => path).sort()).toEqual(['/d/.wh.dir', '/d/.wh.gone'])
    }
  })

  it('or fail where a directory cannot be listed', async () => {
    for (const host of [gnu, busybox])
      await expect(all(upperEntries(host, `${root}/missing`, never))).rejects.toMatchObject({
        failure: { kind: 'command-failed' },
      })
  })
})

it('fails where find complains of more than what vanished', async () => {
  // busybox's own shell and xargs know their applets wherever PATH leads.
  const folder = busyboxFolder(['getfattr', 'sh', 'xargs'], ['find'])
  try {
    writeFileSync(
      join(folder.path, 'find'),
      '#!/bin/sh\nprintf "./a\\0"\necho "find: ./b: I/O error" >&2\nexit 1\n',
      {
        mode: 0o755,
      },
    )
    const host = { ...busybox, transport: withTools(local, folder) }
    const failure = { failure: { kind: 'command-failed' } }
    await expect(all(upperEntries(host, root, never))).rejects.toMatchObject(failure)
    await expect(directoryNames(host, [root], never)).rejects.toMatchObject(failure)
    await expect(whiteoutNames(host, root, never)).rejects.toMatchObject(failure)
  } finally {
    folder.remove()
  }
})

it('puts no facts at the wrong name where something vanishes between find and stat', async () => {
  const folder = busyboxFolder(['getfattr', 'sh', 'xargs'], ['find'])
  try {
    const paths = ['./gone', './d/a b', './d/gone\\n21a4 0 0 0', './d/link', './d/p/gone', './d/%%n']
    const script = `#!/bin/sh\nprintf '${paths.map((path) => `${path}\\0`).join('')}'\n`
    writeFileSync(join(folder.path, 'find'), script, { mode: 0o755 })
    const listed = await all(upperEntries({ ...busybox, transport: withTools(local, folder) }, root, never))
    expect(listed.map(({ path, type, uid }) => [path, type, uid])).toEqual([
      ['/d/a b', 'file', 0],
      ['/d/link', 'symlink', 0],
      ['/d/%n', 'file', 7],
    ])
  } finally {
    folder.remove()
  }
})

describe('marked fields', () => {
  const read = async (...parts: readonly string[]): Promise<string[]> => {
    async function* output() {
      for (const part of parts) yield await Promise.resolve(Buffer.from(part, 'latin1'))
    }
    return all(markedFields(output(), '<m>', 2, { name: 'a test' }))
  }

  it.each([
    [[], []],
    [['a<m>b<m>\n'], ['a', 'b']],
    [['a<m>b<m>\nc<m>\nd\n<m>\n'], ['a', 'b', 'c', '\nd\n']],
    [
      ['a<', 'm>b', '<m>', '\nc<m>d<m', '>\n'],
      ['a', 'b', 'c', 'd'],
    ],
    [['\n<m>b<m>\n'], ['', 'b']],
  ])('of %j are %j', async (parts, fields) => {
    expect(await read(...parts)).toEqual(fields)
  })

  it.each([['a<m>b'], ['a<m>b<m>\nc'], ['a<m>']])('are refused where %j ends', async (text) => {
    await expect(read(text)).rejects.toThrow('ended in the middle')
  })
})

describe('what getfattr prints', () => {
  it('is read with its escapes', () => {
    const output = [
      '# file: /a\\012\\134b\ntrusted.overlay.opaque=0x79\ntrusted.overlay.redirect=0x2f6f6c64\n\n',
      '# file: /c\ntrusted.overlay.metacopy=0x\n\n',
    ]
    const read = attributesPrinted(Buffer.from(output.join('')), new Set(['/a\n\\b', '/c']))
    expect([...read].map(([path, attributes]) => [path, Object.fromEntries(attributes)])).toEqual([
      ['/a\n\\b', { 'trusted.overlay.opaque': 'y', 'trusted.overlay.redirect': '/old' }],
      ['/c', { 'trusted.overlay.metacopy': '' }],
    ])
  })

  it.each(['# file: /other\n', '# file: /a\nx', '# file: /a\nnothing\n', '# file: /a\na=0x1\n'])(
    'is refused where it is %j',
    (output) => {
      expect(() => attributesPrinted(Buffer.from(output), new Set(['/a']))).toThrow('not well formed')
    },
  )
})

describe('the probe', () => {
  const reasonOf = (probe: HostFilesProbe): string => (probe.works ? 'it works' : probe.reason)

  it.each([
    ['find', ['sh'], ['find'], 'find'],
    ['stat', ['getfattr', 'xargs', 'sh'], ['stat'], 'stat'],
    ['xargs', ['getfattr', 'sh'], ['xargs'], 'xargs'],
    ['tar and getfattr of their own', [], [], 'tar or attr'],
  ])('says what is missing on a host without %s', async (_name, own, without, word) => {
    const folder = busyboxFolder(own, without)
    try {
      const probe = await probeHostFiles(withTools(local, folder), root, never)
      expect(reasonOf(probe)).toContain(word)
    } finally {
      folder.remove()
    }
  })

  it.each([
    ['no-rights alice', true, '"alice ALL=(root) NOPASSWD: /bin/sh"'],
    ['no-rights a"b\u001b', true, '"USER ALL=(root) NOPASSWD: /bin/sh"'],
    ['no-sudo', true, 'has no sudo'],
    ['banner of the login shell', true, 'no answer that is understood'],
    ['no-root', false, 'is not on this machine'],
  ])('makes of %j a reason with a remedy', async (answer, refused, reason) => {
    const said: Transport = {
      ...local,
      async *run({ elevated }) {
        if (elevated === true && refused) throw refusedBySudo('sudo: a password is required')
        yield await Promise.resolve(Buffer.from(`${answer}\n`))
      },
    }
    const probe = await probeHostFiles(said, root, never)
    expect(reasonOf(probe)).toContain(reason)
  })
})
