import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import type { Change } from '../../../../electron/core/changes/change'
import { directoryNames } from '../../../../electron/hostfs/lookups/directory-names'
import { entriesAt } from '../../../../electron/hostfs/lookups/entries-at'
import { equalDigests } from '../../../../electron/hostfs/lookups/equal-digests'
import { probeHostFiles, type HostFiles } from '../../../../electron/hostfs/host/host-files'
import { inodeNumbers } from '../../../../electron/hostfs/lookups/inode-numbers'
import { entriesBelow } from '../../../../electron/hostfs/stack/layer-entries'
import { linkTargets } from '../../../../electron/hostfs/lookups/link-targets'
import { lowerPlaces } from '../../../../electron/hostfs/stack/lower-places'
import { openPath } from '../../../../electron/hostfs/content/open-path'
import { directoryAttributes, fileAttributes } from '../../../../electron/hostfs/overlay/overlay-attributes'
import { pathAttributes } from '../../../../electron/hostfs/lookups/path-attributes'
import { sameContent } from '../../../../electron/hostfs/content/same-content'
import { StackDifference } from '../../../../electron/hostfs/difference/stack-difference'
import { statPaths } from '../../../../electron/hostfs/lookups/stat-paths'
import { upperChanges } from '../../../../electron/hostfs/upper/upper-changes'
import { deepPath, filledEach, inEach, inEachLevel, pathsIn } from '../../../builders/changes/deep-tree'
import { overlayStacks, type OverlayStacks } from '../../../builders/overlay/overlay-stacks'
import { toolHosts } from '../../../builders/tools/tool-hosts'

const patience = 120_000
vi.setConfig({ testTimeout: patience, hookTimeout: patience })
const signal = AbortSignal.timeout(patience * 5)
const hosts = toolHosts()

async function all<Value>(batches: AsyncIterable<readonly Value[]>): Promise<Value[]> {
  const values: Value[] = []
  for await (const batch of batches) values.push(...batch)
  return values
}

/** Far beyond what one path can name, and far below what a container makes. */
const levels = 26
let stacks: OverlayStacks
let layer: string
let directories: string[]

beforeAll(() => {
  stacks = overlayStacks()
  const marks = `setfattr -n trusted.overlay.opaque -v y .; setfattr -n trusted.overlay.metacopy file; setfattr -n user.a -v "$level" file;`
  stacks.change('low', [], inEachLevel(levels, filledEach))
  // A mount hides its own marks and takes none, so they are made behind it.
  execFileSync('sh', ['-euc', inEachLevel(levels, marks)], { cwd: join(stacks.root, 'low') })
  for (const one of ['plain', 'copy']) stacks.change(one, [], inEachLevel(levels, filledEach))
  // cp takes no such paths.
  const touch = ['-execdir', 'touch', '--no-dereference', '--date=2020-01-02', '{}', '+']
  execFileSync('find', ['plain', 'copy', ...touch], { cwd: stacks.root })
  const last = `[ $level -lt ${String(levels)} ] || { echo new >new; echo changed >file; ln -sf other link; rm empty; }`
  stacks.change('upper', ['plain'], inEachLevel(levels, last))
  layer = join(stacks.root, 'low')
  directories = Array.from({ length: levels + 1 }, (_, level) =>
    level === 0 ? layer : `${layer}/${deepPath(level)}`,
  )
})

afterAll(() => {
  stacks.remove()
  hosts.remove()
})

describe.each(hosts.all)('with %s', (name, transport) => {
  let host: HostFiles

  beforeAll(async () => {
    const probe = await probeHostFiles(transport, stacks.root, signal)
    if (!probe.works) throw new Error(probe.reason)
    host = probe.files
  })

  const places = (file: string) => directories.map((directory) => `${directory}/${file}`)
  const absent = () => [...places('absent'), `${directories.at(-1) ?? ''}x/${deepPath(30)}/file`]

  it('looks up paths of any length', async () => {
    const wanted = [...inEach.flatMap(places), ...directories, ...absent()]
    const there = [...inEach.flatMap(places), ...directories].sort()
    const stats = await statPaths(host, wanted, signal)
    expect([...stats.keys()].sort()).toEqual(there)
    expect(places('file').map((place) => stats.get(place)?.size)).toEqual(
      directories.map((_, level) => String(level).length + 1),
    )
    const entries = await entriesAt(host, wanted, signal)
    expect([...entries.keys()].sort()).toEqual(there)
    expect(places('link').map((place) => entries.get(place)?.linkTarget)).toEqual(
      directories.map((_, level) => `target ${String(level)}`),
    )
    const numbers = await inodeNumbers(host, wanted, signal)
    expect(new Set([...numbers.values()].map(({ inode }) => inode)).size).toBe(there.length)
  })

  it('reads links, names and what is below', async () => {
    const targets = await linkTargets(host, [...places('link'), ...absent()], signal)
    expect([...targets.values()]).toEqual(directories.map((_, level) => `target ${String(level)}`))
    const names = await directoryNames(host, [...directories, ...absent()], signal)
    expect([...names.keys()]).toEqual(directories)
    for (const [level, directory] of directories.entries()) {
      const own =
        level < levels
          ? [
              ...inEach,
              deepPath(level + 1)
                .split('/')
                .at(-1) ?? '',
            ]
          : [...inEach]
      expect(names.get(directory)?.sort()).toEqual(own.sort())
    }
    const below: string[] = []
    const start = directories.at(-4) ?? ''
    for await (const { directory, entries } of entriesBelow(host, [start], signal))
      below.push(...entries.map(({ path }) => `${directory}${path}`))
    expect(below.sort()).toEqual(
      pathsIn(layer)
        .map((path) => `${layer}${path}`)
        .filter((path) => path.startsWith(`${start}/`))
        .sort(),
    )
  })

  it('reads the marks of directories and files', async () => {
    const opaque = await directoryAttributes(host, [...directories, ...absent()], signal)
    expect([...opaque].map(([path, { opaque: mark }]) => [path, mark])).toEqual(
      directories.map((path) => [path, 'all']),
    )
    const files = await fileAttributes(host, [...places('file'), ...places('empty'), ...absent()], signal)
    expect([...files].map(([path, { metacopy }]) => [path, metacopy])).toEqual(
      places('file').map((path) => [path, true]),
    )
    const paths = [...inEach.flatMap(places), ...absent()].map((path) => ({
      layer,
      path: path.slice(layer.length),
    }))
    const attributes = await pathAttributes(host, paths, 'all', signal)
    expect(attributes?.size).toBe(inEach.length * directories.length)
    const own = paths.flatMap(({ path }, at) =>
      path.endsWith('/file') ? [attributes?.get(at)?.get('user.a')] : [],
    )
    expect(own).toEqual([...directories.map((_, level) => String(level)), undefined])
  })

  it('compares content', async () => {
    const pairs = inEach.flatMap((one) =>
      one === 'link' ? [] : places(one).map((left) => ({ left, right: `${layer}/${one}`, size: 2 })),
    )
    const equal = await equalDigests(host, pairs, 1e9, signal)
    expect(equal).toEqual(pairs.map(({ left }) => !left.endsWith('/file') || left === `${layer}/file`))
    const contents = places('file').map((place) => ({ path: bytePath(place.slice(layer.length)), place }))
    const same = await sameContent(
      host,
      layer,
      [...contents, ...contents.map(({ place }) => ({ path: bytePath('/file'), place }))],
      signal,
    )
    expect([...same.values()]).toEqual([
      ...directories.map(() => true),
      ...directories.map((_, at) => at === 0),
    ])
  })

  if (name.startsWith('GNU')) {
    it('tells changes from what was there before', async () => {
      const [own = '', ...lower] = stacks.pathsOf(['upper', 'plain'])
      const onHost = { upper: own, lower, merged: '', work: '' }
      const last = `/${deepPath(levels)}`
      const expected = [
        `added ${last}/new`,
        `deleted ${last}/empty`,
        `modified ${last}/file`,
        `modified ${last}/link`,
      ]
      const rows = async (batches: AsyncIterable<readonly Change[]>) =>
        (await all(batches))
          .filter(({ type }) => type !== 'directory')
          .map(({ kind, path }) => `${kind} ${path}`)
          .sort()
      expect(await rows(upperChanges(host, onHost, signal))).toEqual(expected)
      const image = stacks.pathsOf(['copy'])
      const against = (container: readonly string[]) =>
        new StackDifference(host, { container, image }).changes(signal)
      expect(await rows(against([own, ...lower]))).toEqual(expected)
      expect(await all(against(stacks.pathsOf(['nothing', 'plain'])))).toEqual([])
    })
  } else {
    it('says what it takes to list what is deeper than find goes', async () => {
      const onHost = { upper: stacks.pathsOf(['upper'])[0] ?? '', lower: [], merged: '', work: '' }
      await expect(all(upperChanges(host, onHost, signal))).rejects.toThrow('GNU find')
    })
  }

  it('finds the lower version and opens it', async () => {
    const deepest = bytePath(`${directories.at(-1)?.slice(layer.length) ?? ''}/file`)
    const found = await lowerPlaces(host, [layer], [deepest], signal)
    expect(found.get(deepest)?.place).toBe(`${layer}${deepest}`)
    const opened = await openPath(host, layer, deepest, { offset: 0, length: 100 }, signal)
    const parts: Buffer[] = []
    for await (const part of opened?.content ?? []) parts.push(part)
    expect(Buffer.concat(parts).toString()).toBe(`${String(levels)}\n`)
    expect(
      await openPath(host, layer, bytePath(`${deepest}x`), { offset: 0, length: 1 }, signal),
    ).toBeUndefined()
  })
})
