import { afterEach, describe, expect, it } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { aspectsIn, type Change } from '../../../../electron/core/changes/change'
import type { HostFiles } from '../../../../electron/hostfs/host/host-files'
import { gnuTools } from '../../../builders/tools/gnu-tools'
import { openPath } from '../../../../electron/hostfs/content/open-path'
import { plainDialect, type OverlayDialect } from '../../../../electron/hostfs/host/overlay-dialect'
import { placeOfPath } from '../../../../electron/hostfs/stack/place-of-path'
import { upperChanges } from '../../../../electron/hostfs/upper/upper-changes'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { naiveRows, seenIn, treeScript } from '../../../builders/changes/naive-tree'
import { overlayFolders, type OverlayFolders } from '../../../builders/overlay/overlay-mount'

// Each case is made through a real mount and held against a walk of what the mount shows, before and after.
interface DialectCase {
  readonly name: string
  /** Scripts that make the layers, lowest first: the first as it is, the others through a mount unless told otherwise. */
  readonly layers: readonly string[]
  readonly asItIs?: boolean
  readonly container: string
  /** Some rows that must be there, as a check of the walk itself. */
  readonly rows: readonly string[]
}

const redirectCases: readonly DialectCase[] = [
  {
    name: 'renamed directory',
    layers: ['mkdir -p old/sub; echo 1 >old/a; echo 22 >old/sub/b; ln -s a old/l'],
    container: 'mv old new; echo 3 >new/c; rm new/a',
    rows: ['added directory /new', 'added file /new/c', 'added file /new/sub/b', 'deleted directory /old'],
  },
  {
    name: 'renamed directory below another that is new',
    layers: ['mkdir -p a/b/c; echo 1 >a/b/c/f'],
    container: 'mkdir n; mv a/b n/b; mv n/b/c n/d',
    rows: ['added file /n/d/f', 'deleted directory /a/b'],
  },
  {
    name: 'directory renamed twice through layers',
    layers: [
      'mkdir -p one/s; echo 1 >one/f; echo 1 >one/s/g',
      'mv one two; echo 2 >two/h',
      'echo 3 >two/i; rm two/f',
    ],
    container: 'mv two three; echo 4 >three/s/g',
    rows: ['added file /three/h', 'added file /three/s/g', 'deleted directory /two'],
  },
  {
    name: 'changes in a directory that a layer renamed',
    layers: ['mkdir -p one/s; echo 1 >one/f; echo 1 >one/s/g', 'mv one two'],
    container: 'chmod 600 two/f; rm two/s/g; echo 1 >two/s/new; mkdir one',
    rows: ['added directory /one', 'deleted file /two/s/g', 'modified file /two/f'],
  },
  {
    name: 'directory renamed in its own directory that was renamed',
    layers: ['mkdir -p a/x/y; echo 1 >a/x/y/f; echo 1 >a/x/e'],
    container: 'mv a/x a/z; mv a b; mv b/z/y b/z/w',
    rows: ['added file /b/z/w/f', 'deleted directory /a'],
  },
  {
    name: 'two directories that change places',
    layers: ['mkdir -p a/s b/s; echo 1 >a/f; echo 22 >b/f; echo 3 >b/s/only; echo 1 >a/gone'],
    container: 'mv a t; mv b a; mv t b',
    rows: ['deleted file /a/gone', 'added file /a/s/only', 'modified file /a/f', 'deleted file /b/s/only'],
  },
  {
    name: 'directory renamed in the place of a deleted one',
    layers: ['mkdir -p a b/deep; echo 1 >a/f; echo 1 >b/lost; echo 1 >b/deep/lost'],
    container: 'rm -r b; mv a b',
    rows: ['added file /b/f', 'deleted file /b/lost', 'deleted directory /b/deep'],
  },
  {
    name: 'renamed directory made again at its old place',
    layers: ['mkdir -p a/s; echo 1 >a/f; echo 1 >a/s/g'],
    container: 'mv a b; mkdir -p a/s; echo 2 >a/f',
    rows: ['added file /b/f', 'modified file /a/f', 'deleted file /a/s/g'],
  },
  {
    name: 'renamed directory of which a layer replaced a part',
    layers: ['mkdir -p a/s; echo 1 >a/s/old; echo 1 >a/f', 'rm -r a/s; mkdir a/s; echo 2 >a/s/new; rm a/f'],
    container: 'mv a b',
    rows: ['added file /b/s/new', 'deleted directory /a'],
  },
]

const metacopyCases: readonly DialectCase[] = [
  {
    name: 'mode and owner of a file only',
    layers: ['echo some content >f; echo some content >g; touch -d @1.5 f'],
    container: 'chmod 600 f; chown 7 g',
    rows: ['modified file /f', 'modified file /g'],
  },
  {
    name: 'file whose metadata changed under a new name',
    layers: ['mkdir d; echo some content >d/f; echo 1 >g'],
    container: 'chmod 600 d/f; mv d/f moved; mv d e; chmod 600 g; mv g e/h',
    rows: ['added file /moved', 'added file /e/h', 'deleted directory /d'],
  },
  {
    name: 'file with metadata only in a layer',
    layers: ['echo some content >f', 'chmod 600 f'],
    container: 'chown 7 f',
    rows: ['modified file /f'],
  },
]

// The kernel never makes these, tools that make layers do.
const attributeWhiteouts: readonly DialectCase[] = [
  {
    name: 'whiteouts by attribute in a layer',
    layers: [
      'mkdir -p d/s; echo 1 >d/a; echo 1 >d/b; echo 1 >d/c; : >d/empty; echo 1 >d/s/f; echo 1 >top',
      `mkdir -p d; setfattr -n trusted.overlay.opaque -v x d .; : >d/empty
for name in d/a d/c d/s top; do : >$name; setfattr -n trusted.overlay.whiteout $name; done`,
    ],
    asItIs: true,
    container: 'echo 2 >d/a; rm d/b; mkdir d/s; echo 2 >d/s/f; echo 2 >top; chmod 600 d/empty',
    rows: ['added file /d/a', 'deleted file /d/b', 'added file /d/s/f', 'added file /top'],
  },
]

const trusted: OverlayDialect = { ...plainDialect, redirects: true, metacopy: true }
const mounts: readonly (readonly [string, readonly string[], OverlayDialect, readonly DialectCase[]])[] = [
  ['redirect_dir', ['redirect_dir=on'], { ...plainDialect, redirects: true }, redirectCases],
  ['attributes of whiteouts', [], plainDialect, attributeWhiteouts],
  [
    'redirect_dir and metacopy',
    ['redirect_dir=on', 'metacopy=on'],
    trusted,
    [...redirectCases, ...metacopyCases],
  ],
  [
    'userxattr',
    ['userxattr'],
    { ...plainDialect, namespace: 'user' },
    [
      {
        name: 'replaced directory',
        layers: ['mkdir -p d/e; echo 1 >d/f; echo 1 >d/e/g'],
        container: 'rm -r d; mkdir -p d/e; echo 2 >d/h',
        rows: ['added file /d/h', 'deleted file /d/e/g', 'deleted file /d/f'],
      },
    ],
  ],
]

let folders: OverlayFolders

afterEach(() => {
  folders.remove()
})

const never = new AbortController().signal

async function listed(host: HostFiles, layers: readonly string[]): Promise<Change[]> {
  const directories = {
    lower: layers.map((layer) => `${folders.root}/${layer}`),
    upper: `${folders.root}/upper`,
    work: '',
    merged: '',
  }
  const all: Change[] = []
  for await (const batch of upperChanges(host, directories, never)) all.push(...batch)
  return all
}

function rowOf({ kind, type, path }: Change): string {
  return `${kind} ${type} ${path}`
}

describe.each(mounts)('through a mount with %s,', (_name, options, dialect, cases) => {
  const host: HostFiles = { transport: openLocalTransport(), elevated: false, tools: gnuTools, dialect }

  it.each(cases)('$name', { timeout: 60_000 }, async ({ layers: scripts, asItIs, container, rows }) => {
    folders = overlayFolders(options)
    const names = ['low', 'mid', 'top'].slice(0, scripts.length)
    const below = (count: number): string[] => names.slice(0, count).reverse()
    scripts.forEach((script, index) => {
      if (index === 0 || asItIs === true) folders.inFolder(names[index] ?? '', script)
      else folders.change(names[index] ?? '', below(index), script)
    })
    const layers = below(scripts.length)
    const before = folders.change('empty', layers, treeScript)
    const after = folders.change('upper', layers, `${container}; ${treeScript}`)
    const changes = await listed(host, layers)
    expect(changes.map(rowOf).sort()).toEqual(naiveRows(before, after))
    expect(changes.map(rowOf)).toEqual(expect.arrayContaining([...rows]))
    const [then, now] = [seenIn(before), seenIn(after)]
    const stack = ['upper', ...layers].map((layer) => `${folders.root}/${layer}`)
    for (const { kind, type, contentUnsure, aspects = 0, path } of changes) {
      if (kind === 'deleted' || type !== 'file') continue
      const shown = now.get(path)?.content
      // Read where it really lies, as the mount shows it.
      expect([path, await contentOf(host, stack, path)]).toEqual([path, shown])
      // Nothing is said to differ, or to be the same, that is not so.
      if (kind !== 'modified' || contentUnsure === true) continue
      const differs = then.get(path)?.content !== shown
      expect([path, aspectsIn(aspects).includes('content')]).toEqual([path, differs])
    }
  })
})

async function contentOf(host: HostFiles, stack: readonly string[], path: string): Promise<string> {
  const place = await placeOfPath(host, stack, bytePath(path), never)
  if (place === undefined) return 'nothing'
  const { layer, path: within } = place.content
  const opened = await openPath(host, layer, within, { offset: 0, length: 1000 }, never)
  let text = ''
  if (opened !== undefined) for await (const part of opened.content) text += part.toString('latin1')
  return text.trimEnd()
}

describe('layers of fuse-overlayfs', () => {
  it('may be marked by files, which are no entries', async () => {
    folders = overlayFolders()
    folders.inFolder(
      'low',
      'mkdir -p d/s e; echo 1 >d/a; echo 1 >d/s/f; echo 1 >e/old; echo 1 >f; echo 1 >back',
    )
    folders.inFolder('mid', 'mkdir -p d; : >d/.wh.s; : >.wh.back; echo 2 >d/b')
    folders.inFolder(
      'upper',
      ': >.wh.f; mkdir -p d e new; : >d/.wh.a; : >d/.wh.nothing; : >e/.wh..wh..opq; echo 2 >e/new; echo 2 >back; mkdir d/s; : >new/.wh.x',
    )
    const dialect: OverlayDialect = { ...plainDialect, driver: 'fuse-overlayfs' }
    const host: HostFiles = { transport: openLocalTransport(), elevated: false, tools: gnuTools, dialect }
    expect((await listed(host, ['mid', 'low'])).map(rowOf).sort()).toEqual([
      'added directory /d/s',
      'added directory /new',
      'added file /back',
      'added file /e/new',
      'deleted file /d/a',
      'deleted file /e/old',
      'deleted file /f',
    ])
  })
})

describe('on a host without getfattr', () => {
  it('files that may be whiteouts by attribute are not guessed about', async () => {
    folders = overlayFolders()
    folders.inFolder('low', 'echo 1 >a')
    folders.inFolder('mid', 'setfattr -n trusted.overlay.opaque -v x .; : >a')
    folders.inFolder('upper', 'echo 2 >a')
    const tools = { ...gnuTools, getfattr: false }
    const host: HostFiles = { transport: openLocalTransport(), elevated: false, tools }
    await expect(listed(host, ['mid', 'low'])).rejects.toMatchObject({
      failure: { kind: 'command-failed', remedy: expect.stringContaining('getfattr') as string },
    })
  })
})

it('refuses a redirect that leads out of the layers', async () => {
  folders = overlayFolders()
  folders.inFolder('low', 'mkdir d')
  folders.inFolder('upper', 'mkdir d; setfattr -n trusted.overlay.redirect -v /../../etc d')
  const host: HostFiles = {
    transport: openLocalTransport(),
    elevated: false,
    tools: gnuTools,
    dialect: trusted,
  }
  await expect(listed(host, ['low'])).rejects.toThrow('cannot be meant')
})
