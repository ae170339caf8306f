import { tmpdir } from 'node:os'
import { aChange } from '../../../builders/changes/change'
import { everyNote } from '../../../builders/changes/every-note'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { rootPath } from '../../../../electron/core/base/byte-path'
import type { Change, ChangeNote } from '../../../../electron/core/changes/change'
import { probeHostFiles, type HostFiles } from '../../../../electron/hostfs/host/host-files'
import { lowerPlaces } from '../../../../electron/hostfs/stack/lower-places'
import { upperChanges } from '../../../../electron/hostfs/upper/upper-changes'
import { SecondLook } from '../../../../electron/session/findings/change-findings'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { overlayFolders, type OverlayFolders } from '../../../builders/overlay/overlay-folders'
import { busyboxFolder, type ToolFolder, withTools } from '../../../builders/tools/other-tools'

/** Tools of a host besides busybox's, whose shell knows no others than its own. */
const gnu = ['find', 'stat', 'tar', 'xargs', 'sh', 'grep', 'dd', 'cmp', 'timeout']
const withGetfattr: readonly (readonly [string, readonly string[]])[] = [
  ['GNU tools', [...gnu, 'getfattr']],
  ['busybox and getfattr', ['getfattr']],
  ["busybox's stat", ['find', 'getfattr', 'sh']],
]
const withoutGetfattr: typeof withGetfattr = [
  ['GNU tools alone', gnu],
  ['busybox and GNU tar', ['tar', 'sh']],
]
/** Each look is a dozen of processes; only what fails takes so long. */
const patience = 60_000
const patient = { timeout: patience }

let folders: OverlayFolders
let host: HostFiles

beforeEach(() => {
  folders = overlayFolders()
})

afterEach(() => {
  folders.remove()
})

/** A host with these tools for all tests of a block, asked for once what they can do. */
function hostWith(own: readonly string[]): void {
  let tools: ToolFolder | undefined

  beforeAll(async () => {
    tools = busyboxFolder(own)
    const transport = withTools(openLocalTransport(), tools)
    const probed = await probeHostFiles(transport, tmpdir(), AbortSignal.timeout(patience))
    if (!probed.works) throw new Error(probed.reason)
    host = probed.files
  }, patience)

  afterAll(() => {
    tools?.remove()
  })
}

/** Marks modified files of one size, whoever lists them. */
async function withUnsure(layers: readonly string[], changes: Change[]): Promise<Change[]> {
  const { lower } = folders.directories(layers)
  const modified = changes.filter(({ kind }) => kind === 'modified').map(({ path }) => path)
  const places = await lowerPlaces(host, lower, modified, AbortSignal.timeout(patience))
  return changes.map((change) => {
    const below = places.get(change.path)?.stat
    const unsure = change.type === 'file' && below?.type === 'file' && below.size === change.size
    return unsure ? { ...change, contentUnsure: true } : change
  })
}

async function look(layers: readonly string[]): Promise<{ notes: ChangeNote[]; leftOut: readonly string[] }> {
  const directories = folders.directories(layers)
  const signal = AbortSignal.timeout(patience)
  const second = new SecondLook(host, directories)
  async function* listing() {
    for await (const batch of upperChanges(host, directories, signal)) yield await withUnsure(layers, batch)
  }
  const passed: Change[] = []
  for await (const batch of second.watch(listing())) passed.push(...batch)
  const notes: ChangeNote[] = []
  const leftOut = await everyNote(second.notes(signal), notes)
  return { notes, leftOut }
}

async function* oneBatch(...changes: Change[]): AsyncGenerator<readonly Change[]> {
  yield await Promise.resolve(changes)
}

async function notes(layers: readonly string[], kind: ChangeNote['kind']): Promise<ChangeNote[]> {
  return (await look(layers)).notes
    .filter((note) => note.kind === kind)
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

describe.each([...withGetfattr, ...withoutGetfattr])('the second look, with %s,', patient, (_name, own) => {
  hostWith(own)

  describe('what was lost with a deleted directory', () => {
    it('is counted, hard links once', async () => {
      folders.inFolder(
        'low',
        'mkdir -p d/sub; printf 12345 >d/f; ln d/f d/sub/again; ln -s f d/link; mkdir kept',
      )
      folders.change('upper', ['low'], 'rm -r d')
      expect(await notes(['low'], 'lost')).toEqual([{ kind: 'lost', path: '/d', entries: 4, bytes: 5 }])
    })

    it('is what all layers had together', async () => {
      folders.inFolder(
        'low',
        'mkdir -p d/sub d/old d/gone; printf 1 >d/f; printf 22 >d/sub/g; printf 333 >d/old/h; printf 4 >d/gone/i',
      )
      folders.change(
        'mid',
        ['low'],
        'printf 55555 >d/f; rm d/sub/g; rm -r d/old; mkdir d/old; printf 666666 >d/old/j; rm -r d/gone; mknod d/null c 1 3',
      )
      folders.change('upper', ['mid', 'low'], 'rm -r d')
      // f, sub, old, old/j, null
      expect(await notes(['mid', 'low'], 'lost')).toEqual([
        { kind: 'lost', path: '/d', entries: 5, bytes: 11 },
      ])
    })

    it('is nothing of what a layer had replaced before', async () => {
      folders.inFolder('low', 'mkdir d; echo 1 >d/hidden')
      folders.change('mid', ['low'], 'rm -r d; mkdir d; printf 12 >d/seen')
      folders.change('upper', ['mid', 'low'], 'rm -r d')
      expect(await notes(['mid', 'low'], 'lost')).toEqual([
        { kind: 'lost', path: '/d', entries: 1, bytes: 2 },
      ])
    })

    it('is counted for the lost children of a replaced directory, and is nothing for an empty one', async () => {
      folders.inFolder('low', 'mkdir -p d/a d/b d/c; printf 12 >d/a/x; printf 3 >d/c/y')
      folders.change('upper', ['low'], 'rm -r d; mkdir -p d/c')
      expect(await notes(['low'], 'lost')).toEqual([
        { kind: 'lost', path: '/d/a', entries: 1, bytes: 2 },
        { kind: 'lost', path: '/d/b', entries: 0, bytes: 0 },
      ])
    })

    it('has names with any byte', async () => {
      const name = `new\nline 'q" \\012 $(x)`
      folders.inFolder(
        'low',
        `mkdir -p "$(printf 'd\\351')/x"; cd d*; printf 1 >'${name.replaceAll("'", `'"'"'`)}'`,
      )
      folders.change('upper', ['low'], 'rm -r d*')
      expect(await notes(['low'], 'lost')).toEqual([{ kind: 'lost', path: '/d\xe9', entries: 2, bytes: 1 }])
    })
  })

  describe('the content of a modified file of the same size', () => {
    it('is held against its lower version', async () => {
      folders.inFolder(
        'low',
        'mkdir d; for n in same other touched empty; do printf 123 >d/$n; done; : >d/empty',
      )
      folders.inFolder('low', 'head -c 200000 /dev/zero >d/large; cp d/large d/late')
      folders.change(
        'upper',
        ['low'],
        'chmod 600 d/same; printf 124 >d/other; touch -d @1 d/touched; chmod 600 d/empty d/large; printf x | dd of=d/late seek=199999 bs=1 conv=notrunc status=none',
      )
      expect(await notes(['low'], 'content')).toEqual([
        { kind: 'content', path: '/d/empty', same: true },
        { kind: 'content', path: '/d/large', same: true },
        { kind: 'content', path: '/d/late', same: false },
        { kind: 'content', path: '/d/other', same: false },
        { kind: 'content', path: '/d/same', same: true },
        { kind: 'content', path: '/d/touched', same: true },
      ])
    })

    it('is compared with the uppermost version, whatever the names are', async () => {
      const names = ['-rf', 'a b', "quo'te", '*', '$(touch x)', '\\n', 'new\nline', ' ', 'x\n']
      const list = names.map((name) => `'${name.replaceAll("'", `'"'"'`)}'`).join(' ')
      folders.inFolder('low', `for n in ${list}; do printf 111 >"./$n"; done`)
      folders.change('mid', ['low'], `for n in ${list}; do printf 222 >"./$n"; done`)
      folders.change(
        'upper',
        ['mid', 'low'],
        `for n in ${list}; do printf 222 >"./$n"; chmod 600 "./$n"; done`,
      )
      const expected = names.map((name) => ({ kind: 'content', path: `/${name}`, same: true }))
      const found = await notes(['mid', 'low'], 'content')
      expect(found).toHaveLength(expected.length)
      expect(found).toEqual(expect.arrayContaining(expected))
    })
  })

  describe('a rename', () => {
    it('is found by content where that is the only one', async () => {
      folders.inFolder('low', 'echo one >a; echo 2 >b; echo 3 >c; echo 3 >d; : >empty')
      folders.change('upper', ['low'], 'cp a z; cp b y; cp b x; cp c w; rm a b c d empty; : >v')
      expect(await notes(['low'], 'moved')).toEqual([{ kind: 'moved', from: '/a', to: '/z', by: 'content' }])
    })

    it('of a directory is found by what is in it', async () => {
      folders.inFolder(
        'low',
        'mkdir -p d/s e f g; echo one >d/s/a; ln -s a d/s/l; echo 1 >e/x; echo 1 >f/x; echo 7 >g/x',
      )
      folders.change(
        'upper',
        ['low'],
        'cp -a d new; mkdir in; cp -a e in/one; cp -a g in/h; echo 2 >in/h/y; mkdir none; rm -r d e f g',
      )
      expect(await notes(['low'], 'moved')).toEqual([
        { kind: 'moved', from: '/d', to: '/new', by: 'content' },
      ])
    })
  })
})

describe.each(withGetfattr)('where there is getfattr, with %s,', patient, (_name, own) => {
  hostWith(own)

  it('extended attributes tell which modified paths differ in them', async () => {
    folders.inFolder(
      'low',
      'mkdir d; for n in same cap user gone -x "new\nline"; do echo 1 >"./$n"; done; setfattr -n user.a -v 1 gone',
    )
    folders.change(
      'upper',
      ['low'],
      `touch same -- -x; setcap cap_net_raw=ep cap; setfattr -n user.b -v '' user; setfattr -x user.a gone; chmod 700 d
       setfattr -n trusted.md5 -v 1 d; setfattr -n user.c -v 2 ./-x; setfattr -n user.c -v 2 './new\nline'`,
    )
    expect(
      (await notes(['low'], 'attributes')).map((note) => note.kind === 'attributes' && note.path),
    ).toEqual(['/-x', '/cap', '/d', '/gone', '/new\nline', '/user'])
  })

  it('attributes of the root itself are compared as those of any path', async () => {
    folders.change('upper', ['low'], 'chmod 700 .; echo 1 >f')
    const signal = AbortSignal.timeout(patience)
    const noted = async () => {
      const second = new SecondLook(host, folders.directories(['low']))
      const root = aChange({ path: rootPath, kind: 'modified', type: 'directory' })
      for await (const _ of second.watch(oneBatch(root)));
      const found: ChangeNote[] = []
      await everyNote(second.notes(signal), found)
      return found
    }
    expect(await noted()).toEqual([])
    folders.change('upper', ['low'], 'setfattr -n user.a -v 1 .')
    expect(await noted()).toEqual([{ kind: 'attributes', path: rootPath }])
    folders.inFolder('low', 'setfattr -n user.a -v 1 .')
    expect(await noted()).toEqual([])
  })

  it('a rename is found by its origin, even if the file changed since', async () => {
    folders.inFolder('low', 'mkdir d; echo one >d/a; echo two >d/b; echo two >d/c; : >d/empty')
    folders.change('upper', ['low'], 'mkdir e; mv d/a e/z; echo more >>e/z; mv d/b y; mv d/c x; mv d/empty v')
    expect(await notes(['low'], 'moved')).toEqual([
      { kind: 'moved', from: '/d/a', to: '/e/z', by: 'origin' },
      { kind: 'moved', from: '/d/b', to: '/y', by: 'origin' },
      { kind: 'moved', from: '/d/c', to: '/x', by: 'origin' },
    ])
  })
})

describe.each(withoutGetfattr)('where there is no getfattr, with %s,', patient, (_name, own) => {
  hostWith(own)

  it('says that extended attributes were not compared', async () => {
    folders.inFolder('low', 'echo 1 >f')
    folders.change('upper', ['low'], 'chmod 600 f')
    expect((await look(['low'])).leftOut).toEqual([expect.stringContaining('no getfattr')])
  })
})
