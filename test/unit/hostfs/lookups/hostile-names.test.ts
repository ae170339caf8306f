import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { directoryNames } from '../../../../electron/hostfs/lookups/directory-names'
import { entriesAt } from '../../../../electron/hostfs/lookups/entries-at'
import { equalDigests } from '../../../../electron/hostfs/lookups/equal-digests'
import { probeHostFiles, type HostFiles } from '../../../../electron/hostfs/host/host-files'
import { inodeNumbers } from '../../../../electron/hostfs/lookups/inode-numbers'
import { entriesBelow } from '../../../../electron/hostfs/stack/layer-entries'
import { linkTargets } from '../../../../electron/hostfs/lookups/link-targets'
import { openPath } from '../../../../electron/hostfs/content/open-path'
import { directoryAttributes, fileAttributes } from '../../../../electron/hostfs/overlay/overlay-attributes'
import { pathAttributes } from '../../../../electron/hostfs/lookups/path-attributes'
import { sameContent } from '../../../../electron/hostfs/content/same-content'
import { statPaths } from '../../../../electron/hostfs/lookups/stat-paths'
import { upperEntries } from '../../../../electron/hostfs/upper/upper-entries'
import { seededRandom } from '../../../builders/random'
import { toolHosts } from '../../../builders/tools/tool-hosts'

const patience = 120_000
vi.setConfig({ testTimeout: patience, hookTimeout: patience })
const signal = AbortSignal.timeout(patience * 5)
const hosts = toolHosts()
const root = mkdtempSync(join(tmpdir(), 'lamina-hostile-'))

const random = seededRandom(20_261_201)
const randomName = (): string =>
  Array.from({ length: 1 + Math.floor(random() * 40) }, () => Math.floor(1 + random() * 255))
    .map((byte) => String.fromCharCode(byte === 0x2f ? 0x5c : byte))
    .join('')

/** Names, a character a byte, that a line of text, a shell or a tool could take for something else. */
const names = [
  ...[
    'dev\\x2d1.mount',
    'new\nline',
    'carriage\rreturn',
    '\n',
    '\r',
    '\\',
    '\\\\',
    '\\n',
    '\\134',
    'end\n',
    'end\r',
  ],
  ...[
    '-n',
    '--',
    '-',
    '= 1',
    '+ 0',
    '# file: x',
    ' ',
    '  two  ',
    '\t',
    "'",
    '"',
    '`id`',
    '$(id)',
    '$HOME',
    '*',
    '?',
    '[a]',
  ],
  ...[
    '%n',
    '%%',
    '\\0',
    '\\c',
    '!',
    ';',
    '&',
    '|',
    '<',
    '>',
    '~',
    '{}',
    'a//b'.replaceAll('/', ':'),
    '0',
    '\x7f',
    '\x1b[31m',
  ],
  ...[
    '\xff',
    '\xc3',
    '\xc3\xa9',
    '\xf0\x9f',
    '\x80\x81\x82',
    '\x01',
    '\x88',
    '\xed\xa0\x80',
    'x'.repeat(255),
    '\n'.repeat(255),
  ],
  ...[' -> ', "l' -> 'm", 'a\n# file: b', 'a\n\n', '...', ' same', 'user.a=0s', '\\\n'],
  ...Array.from({ length: 60 }, randomName),
].filter((name, at, all) => all.indexOf(name) === at && name !== '.' && name !== '..')

const bytes = (path: string) => Buffer.from(path, 'latin1')
/** Each file has a content and an attribute of its own, each directory one with its number. */
const contentOf = (at: number) => `content ${String(at)}`

beforeAll(() => {
  for (const folder of ['files', 'again', 'links', 'directories']) mkdirSync(join(root, folder))
  for (const [at, name] of names.entries()) {
    writeFileSync(bytes(`${root}/files/${name}`), contentOf(at))
    writeFileSync(bytes(`${root}/again/${name}`), contentOf(at % 3 === 0 ? at + 1 : at))
    symlinkSync(bytes(name), bytes(`${root}/links/${name}`))
    mkdirSync(bytes(`${root}/directories/${name}`))
    writeFileSync(bytes(`${root}/directories/${name}/${name}`), contentOf(at))
  }
  const marks = `for f in files/* files/.[!.]* files/..?*; do
    setfattr -n user.a -v "$(cat "$f")" "./$f"; setfattr -n trusted.overlay.metacopy "./$f"; done
  for d in directories/* directories/.[!.]* directories/..?*; do setfattr -n trusted.overlay.opaque -v y "./$d"; done`
  execFileSync('sh', ['-euc', marks], { cwd: root })
})

afterAll(() => {
  rmSync(root, { recursive: true })
  hosts.remove()
})

describe.each(hosts.all)('with %s', (_name, transport) => {
  let host: HostFiles

  beforeAll(async () => {
    const probe = await probeHostFiles(transport, root, signal)
    if (!probe.works) throw new Error(probe.reason)
    host = probe.files
  })

  const within = (folder: string) => names.map((name) => `${root}/${folder}/${name}`)
  const nested = names.map((name) => `${root}/directories/${name}/${name}`)

  it('paths are looked up and listed', async () => {
    const wanted = [...within('files'), ...within('links'), ...nested]
    expect([...(await statPaths(host, wanted, signal)).keys()]).toEqual(wanted)
    expect([...(await inodeNumbers(host, wanted, signal)).keys()]).toEqual(wanted)
    const entries = await entriesAt(host, wanted, signal)
    expect(within('links').map((link) => entries.get(link)?.linkTarget)).toEqual(names)
    const targets = await linkTargets(host, within('links'), signal)
    expect(within('links').map((link) => targets.get(link))).toEqual(names)
    const found = await directoryNames(host, [`${root}/files`, ...within('directories')], signal)
    expect(found.get(`${root}/files`)?.sort()).toEqual([...names].sort())
    expect(within('directories').map((directory) => found.get(directory))).toEqual(
      names.map((name) => [name]),
    )
    const below: string[] = []
    for await (const { directory, entries: some } of entriesBelow(host, within('directories'), signal))
      below.push(...some.map(({ path }) => `${directory}${path}`))
    expect(below.sort()).toEqual([...nested].sort())
    const links = new Map<string, string>()
    for await (const some of upperEntries(host, `${root}/links`, signal))
      for (const { path, linkTarget } of some) links.set(path.slice(1), linkTarget)
    expect(names.map((name) => links.get(name))).toEqual(names)
  })

  it('attributes belong to their paths', async () => {
    const files = await fileAttributes(host, within('files'), signal)
    expect(within('files').map((path) => files.get(path)?.metacopy)).toEqual(names.map(() => true))
    const directories = await directoryAttributes(host, within('directories'), signal)
    expect(within('directories').map((path) => directories.get(path)?.opaque)).toEqual(names.map(() => 'all'))
    const paths = [
      ...names.map((name) => ({ layer: root, path: `/files/${name}` })),
      ...names.map((name) => ({ layer: root, path: `/directories/${name}/${name}` })),
    ]
    const attributes = await pathAttributes(host, paths, 'all', signal)
    expect(paths.map((_, at) => attributes?.get(at)?.get('user.a'))).toEqual([
      ...names.map((_, at) => contentOf(at)),
      ...names.map(() => undefined),
    ])
    expect(attributes?.size).toBe(paths.length)
  })

  it('content is compared and read', async () => {
    const [left, right] = [within('files'), within('again')]
    const pairs = left.map((one, at) => ({ left: one, right: right[at] ?? '', size: 20 }))
    const expected = names.map((_, at) => at % 3 !== 0)
    expect(await equalDigests(host, pairs, 1e9, signal)).toEqual(expected)
    const large = pairs.map((pair) => ({ ...pair, size: 2e6 }))
    expect(await equalDigests(host, large, 1e9, signal)).toEqual(expected)
    const contents = names.map((name, at) => ({ path: bytePath(`/files/${name}`), place: right[at] ?? '' }))
    const same = await sameContent(host, root, contents, signal)
    expect(names.map((_, at) => same.get(at))).toEqual(expected)
    for (const [at, name] of names.entries()) {
      if (at % 4 !== 0) continue
      const path = bytePath(`/directories/${name}/${name}`)
      const opened = await openPath(host, root, path, { offset: 0, length: 100 }, signal)
      const parts: Buffer[] = []
      for await (const part of opened?.content ?? []) parts.push(part)
      expect([path, Buffer.concat(parts).toString()]).toEqual([path, contentOf(at)])
    }
  })
})
