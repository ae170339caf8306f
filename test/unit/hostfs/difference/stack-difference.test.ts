import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { aspectsIn, type Change, type ChangeNote } from '../../../../electron/core/changes/change'
import { probeHostFiles } from '../../../../electron/hostfs/host/host-files'
import { StackDifference } from '../../../../electron/hostfs/difference/stack-difference'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { busyboxFolder, type ToolFolder, withTools } from '../../../builders/tools/other-tools'
import { overlayStacks, type OverlayStacks } from '../../../builders/overlay/overlay-stacks'
import { naiveDifference, walkTree, type WalkedFile } from '../../../builders/changes/tree-walk'
import { randomScript } from '../../../integration/lenses/random-script'

// Each mount is a process in a namespace of its own, and random operations are many. Only what fails takes so long.
const patience = 120_000
vi.setConfig({ testTimeout: patience })

let stacks: OverlayStacks
let tools: ToolFolder | undefined

beforeEach(() => {
  stacks = overlayStacks()
})

afterEach(() => {
  stacks.remove()
})

/** Rows as the naive walk names them, with what the second look found out put in. */
async function difference(
  container: readonly string[],
  image: readonly string[],
  bytesCompared?: number,
): Promise<{ rows: string[]; changes: Change[]; notes: ChangeNote[] }> {
  const local = openLocalTransport()
  const transport = tools === undefined ? local : withTools(local, tools)
  const host = await probeHostFiles(transport, stacks.root, AbortSignal.timeout(patience))
  if (!host.works) throw new Error(host.reason)
  const layers = { container: stacks.pathsOf(container), image: stacks.pathsOf(image) }
  const comparison = new StackDifference(host.files, layers, bytesCompared)
  const changes: Change[] = []
  for await (const batch of comparison.changes(AbortSignal.timeout(patience))) changes.push(...batch)
  const notes: ChangeNote[] = []
  for await (const batch of comparison.notes(AbortSignal.timeout(patience))) notes.push(...batch)
  return { rows: changes.map((change) => rowOf(change, notes)).sort(), changes, notes }
}

function rowOf({ kind, path, aspects = 0, contentUnsure }: Change, notes: readonly ChangeNote[]): string {
  const text = Buffer.from(path, 'latin1').toString('utf8')
  if (kind !== 'modified') return `${kind} ${text}`
  const note = notes.find((one) => one.kind === 'content' && one.path === path)
  const content = note?.kind === 'content' && !note.same ? ['content'] : []
  const unsure = contentUnsure === true && note === undefined ? '?' : ''
  return `modified ${text} ${[...content, ...aspectsIn(aspects)].join()}${unsure}`
}

/** The tools of busybox tell times in whole seconds. */
function asFarAsKnown(files: Map<string, WalkedFile>): Map<string, WalkedFile> {
  if (tools === undefined) return files
  return new Map([...files].map(([path, file]) => [path, { ...file, time: Math.floor(file.time / 1000) }]))
}

function oracle(container: readonly string[], image: readonly string[]): string[] {
  const [now, then] = [container, image].map((layers) => asFarAsKnown(walkTree(stacks.copyOf(layers))))
  return naiveDifference(now ?? new Map(), then ?? new Map())
}

const base = `mkdir -p d/sub e/f; echo 1 >d/a; echo 2 >d/b; echo 3 >d/sub/c; echo 4 >e/f/g; ln -s a link; echo 5 >top`

describe('a container against a snapshot of it', () => {
  /** As a commit makes it: what the upper layer held, times in whole seconds. */
  const snapshotOf = (upper: string, into: string): void => {
    execFileSync('cp', ['--archive', join(stacks.root, upper), join(stacks.root, into)])
    const inSeconds = `find . -exec sh -c 'touch --no-dereference --date="@$(stat -c %Y "$1")" "$1"' sh {} ';'`
    execFileSync('sh', ['-euc', inSeconds], { cwd: join(stacks.root, into) })
  }

  it('has nothing where nothing happened since, and exactly what happened after', async () => {
    stacks.change('low', [], base)
    stacks.change(
      'upper',
      ['low'],
      'echo new >d/new; echo x >d/a; rm -r e; ln -sf b link; mkdir -p n/m; echo n >n/m/o',
    )
    snapshotOf('upper', 'snap')
    expect((await difference(['upper', 'low'], ['snap', 'low'])).rows).toEqual([])
    writeFileSync(join(stacks.root, 'upper/d/new'), 'NEW\n')
    expect((await difference(['upper', 'low'], ['snap', 'low'])).rows).toEqual([
      'modified /d/new content,time',
    ])
  })

  it('sees a change that kept size, time, mode and owner', async () => {
    stacks.change('low', [], base)
    stacks.change('upper', ['low'], 'echo x >d/a; echo y >d/b')
    snapshotOf('upper', 'snap')
    execFileSync('sh', ['-euc', `t=$(stat -c %y d/a); echo X >d/a; touch -d "$t" d/a`], {
      cwd: join(stacks.root, 'upper'),
    })
    const { rows, changes } = await difference(['upper', 'low'], ['snap', 'low'])
    expect(rows).toEqual(['modified /d/a content'])
    expect(changes[0]).toMatchObject({ contentUnsure: false })
  })

  it('says so where there is too much to compare', async () => {
    stacks.change('low', [], base)
    stacks.change('upper', ['low'], 'echo x >d/a; echo y >d/small')
    truncateSync(join(stacks.root, 'upper/d/a'), 1_000_000)
    snapshotOf('upper', 'snap')
    const { rows, changes } = await difference(['upper', 'low'], ['snap', 'low'], 1000)
    expect(rows).toEqual(['modified /d/a ?'])
    expect(changes).toMatchObject([{ aspects: 0, contentUnsure: true, size: 1_000_000 }])
  })

  it('sees an attribute that was added or changed since', async () => {
    stacks.change('low', [], base)
    stacks.change('upper', ['low'], 'echo x >d/new; : >d/empty; : >d/plain; setfattr -n user.kept -v 1 d/new')
    snapshotOf('upper', 'snap')
    expect((await difference(['upper', 'low'], ['snap', 'low'])).rows).toEqual([])
    execFileSync('sh', ['-euc', 'setfattr -n user.kept -v 2 d/new; setfattr -n trusted.more -v 1 d/empty'], {
      cwd: join(stacks.root, 'upper'),
    })
    expect((await difference(['upper', 'low'], ['snap', 'low'])).rows).toEqual([
      'modified /d/empty attributes',
      'modified /d/new attributes',
    ])
  })

  it('compares files whose names a tool for digests escapes', async () => {
    stacks.change('low', [], base)
    const names = `'d/new\nline' 'd/back\\slash' "$(printf 'd/re\\rturn')" 'd/  two '`
    stacks.change('upper', ['low'], `for name in ${names}; do echo x >"$name"; done`)
    snapshotOf('upper', 'snap')
    expect((await difference(['upper', 'low'], ['snap', 'low'])).rows).toEqual([])
    const change = `for name in ${names}; do t=$(stat -c %y "$name"); echo y >"$name"; touch -d "$t" "$name"; done`
    execFileSync('sh', ['-euc', change], { cwd: join(stacks.root, 'upper') })
    const { rows } = await difference(['upper', 'low'], ['snap', 'low'])
    expect(rows).toEqual(
      ['  two ', 'back\\slash', 'new\nline', 're\rturn'].map((name) => `modified /d/${name} content`),
    )
  })
})

describe('two stacks', () => {
  it('of the same layers have nothing different', async () => {
    stacks.change('low', [], base)
    stacks.change('upper', ['low'], 'true')
    expect((await difference(['upper', 'low'], ['low'])).rows).toEqual([])
  })

  it('differ in what a layer of the image deleted or replaced', async () => {
    stacks.change('low', [], base)
    stacks.change('image', ['low'], 'rm -r d/sub; rm -r e; mkdir e; echo i >e/i; rm top; mkdir top')
    stacks.change('upper', ['low'], 'rm -r d; mkdir d; echo c >d/c')
    const [container, image] = [
      ['upper', 'low'],
      ['image', 'low'],
    ]
    const { rows } = await difference(container, image)
    expect(rows).toEqual(oracle(container, image))
    expect(rows).toContain('added /e/f/g')
    expect(rows).toContain('modified /top type')
  })

  it('may have nothing in common', async () => {
    stacks.change('one', [], base)
    stacks.change('two', [], 'mkdir -p d/sub x; echo 9 >d/a; echo 3 >d/sub/c; chmod 700 d; mkfifo d/b')
    stacks.change('upper', ['one'], 'mknod null c 1 3; mkfifo pipe; chown 1:2 d/a')
    const [container, image] = [['upper', 'one'], ['two']]
    expect((await difference(container, image)).rows).toEqual(oracle(container, image))
  })

  it('count a file with several names once', async () => {
    stacks.change('low', [], 'true')
    stacks.change('upper', ['low'], 'mkdir d; echo 1 >d/a; ln d/a d/b')
    const { changes } = await difference(['upper', 'low'], ['low'])
    expect(changes.filter(({ countedElsewhere }) => countedElsewhere === true)).toHaveLength(1)
  })

  it('are compared to the end when there are many paths', async () => {
    stacks.change('low', [], 'mkdir d')
    stacks.change('upper', ['low'], 'cd d; seq 20000 | xargs touch')
    stacks.change('image', ['low'], 'cd d; seq 19990 20010 | xargs touch')
    const { changes } = await difference(['upper', 'low'], ['image', 'low'])
    expect(changes.filter(({ kind }) => kind === 'added')).toHaveLength(19_989)
    expect(changes.filter(({ kind }) => kind === 'deleted')).toHaveLength(10)
  })
})

/** Tools of a host besides busybox's, and the seeds of what happens there. */
const hosts: readonly (readonly [string, readonly string[] | undefined, readonly number[]])[] = [
  ["this machine's own tools", undefined, [1, 2, 3]],
  ['busybox and getfattr', ['getfattr'], [4]],
  ["busybox's find", ['stat', 'tar', 'xargs', 'sh'], [5]],
]

describe.each(hosts)('after random operations, with %s,', (_name, own, seeds) => {
  beforeAll(() => {
    tools = own === undefined ? undefined : busyboxFolder(own)
  })

  afterAll(() => {
    tools?.remove()
    tools = undefined
  })

  it.each(seeds)('both stacks hold against a naive walk (seed %i)', async (seed) => {
    const script = (number: number, count: number) =>
      randomScript(seed * 100 + number, count)
        .replaceAll("'/r", "'r")
        .replaceAll('/r\n', 'r\n')
    stacks.change('low1', [], script(1, 25))
    stacks.change('low2', ['low1'], script(2, 25))
    stacks.change('image1', ['low2', 'low1'], script(3, 25))
    stacks.change('image2', ['image1', 'low2', 'low1'], script(4, 25))
    stacks.change('own', ['low2', 'low1'], script(5, 25))
    stacks.change('upper', ['own', 'low2', 'low1'], script(6, 40))
    const container = ['upper', 'own', 'low2', 'low1']
    const image = ['image2', 'image1', 'low2', 'low1']
    const expected = oracle(container, image)
    expect(expected.length).toBeGreaterThan(3)
    expect((await difference(container, image)).rows).toEqual(expected)
    // Against a part of its own stack, and with no layer in common.
    expect((await difference(container, ['low1'])).rows).toEqual(oracle(container, ['low1']))
    stacks.change('alone', [], script(2, 25))
    expect((await difference(container, ['alone'])).rows).toEqual(oracle(container, ['alone']))
  })
})

it('ends with what it runs on the host when it is cancelled', async () => {
  stacks.change('low', [], base)
  mkdirSync(join(stacks.root, 'upper'))
  const host = await probeHostFiles(openLocalTransport(), stacks.root, AbortSignal.timeout(patience))
  if (!host.works) throw new Error(host.reason)
  const layers = { container: stacks.pathsOf(['upper', 'low']), image: stacks.pathsOf(['low']) }
  const stopped = AbortSignal.abort()
  await expect(new StackDifference(host.files, layers).changes(stopped).next()).rejects.toMatchObject({
    failure: { kind: 'cancelled' },
  })
})
