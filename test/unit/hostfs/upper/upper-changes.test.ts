import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Change } from '../../../../electron/core/changes/change'
import { type HostFiles, probeHostFiles } from '../../../../electron/hostfs/host/host-files'
import type { HostTools } from '../../../../electron/hostfs/host/host-tools'
import { upperChanges } from '../../../../electron/hostfs/upper/upper-changes'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { busyboxFolder, type ToolFolder, withTools } from '../../../builders/tools/other-tools'

// Layers as folders, changed through a real overlay mount, in a mount namespace that goes with the command.
let root: string
let host: HostFiles
/** Only what fails takes so long. */
const patience = 60_000

/** Tools of a host besides busybox's, whose shell knows no others than its own, and what the probe makes of them. */
const hosts: readonly (readonly [string, readonly string[], HostTools])[] = [
  [
    'GNU tools',
    ['find', 'stat', 'tar', 'xargs', 'sh', 'grep'],
    { find: 'gnu', stat: 'gnu', opaque: 'tar', getfattr: false },
  ],
  [
    'busybox and getfattr',
    ['getfattr'],
    { find: 'other', stat: 'other', opaque: 'getfattr', getfattr: true },
  ],
  ['busybox and GNU tar', ['tar', 'sh'], { find: 'other', stat: 'other', opaque: 'tar', getfattr: false }],
  [
    "busybox's find",
    ['stat', 'tar', 'xargs', 'sh'],
    { find: 'other', stat: 'gnu', opaque: 'tar', getfattr: false },
  ],
  [
    "busybox's stat",
    ['find', 'getfattr', 'sh'],
    { find: 'gnu', stat: 'other', opaque: 'getfattr', getfattr: true },
  ],
]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lamina-overlay-'))
  for (const folder of ['overlay2', 'low', 'mid', 'top', 'upper', 'work', 'merged'])
    mkdirSync(join(root, folder))
})

afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

/** Changes `into` through a mount on top of `layers` (top first), as a container or an image build would. */
function change(into: string, layers: readonly string[], script: string): void {
  const options = `lowerdir=${layers.join(':')},upperdir=${into},workdir=work`
  const command = `mount -t overlay overlay -o ${options} merged; cd merged; ${script}`
  execFileSync('unshare', ['--mount', 'sh', '-euc', command], { cwd: root })
}

function inFolder(folder: string, script: string): void {
  execFileSync('sh', ['-euc', script], { cwd: join(root, folder) })
}

async function changes(layers: readonly string[]): Promise<string[]> {
  const lower = layers.map((layer) => join(root, layer))
  const directories = { lower, upper: join(root, 'upper'), work: '', merged: '' }
  const all: Change[] = []
  for await (const batch of upperChanges(host, directories, AbortSignal.timeout(patience))) all.push(...batch)
  return all.map(({ kind, type, path }) => `${kind} ${type} ${path}`).sort()
}

describe.each(hosts)('what the host lens sees through several layers, with %s,', (_name, own, expected) => {
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

  it('is read with the best tools there are', () => {
    expect(host.tools).toEqual(expected)
  })

  it('is added where a layer between had deleted it', async () => {
    inFolder('low', 'mkdir d; echo 1 >d/f; echo 1 >d/kept')
    change('mid', ['low'], 'rm d/f')
    change('upper', ['mid', 'low'], 'echo 2 >d/f')
    expect(await changes(['mid', 'low'])).toEqual(['added file /d/f'])
  })

  it('is added where a layer between had replaced the whole directory', async () => {
    inFolder('low', 'mkdir -p d/e; echo 1 >d/f; echo 1 >d/e/g')
    change('mid', ['low'], 'rm -r d; mkdir d; mkdir d/e')
    change('upper', ['mid', 'low'], 'echo 2 >d/f; echo 2 >d/e/g')
    expect(await changes(['mid', 'low'])).toEqual(['added file /d/e/g', 'added file /d/f'])
  })

  it('is modified where the lowest layer has it, however many layers are between', async () => {
    inFolder('low', 'mkdir -p a/b; echo 1 >a/b/f')
    inFolder('mid', 'mkdir -p a/b; echo 1 >a/b/other')
    change('upper', ['top', 'mid', 'low'], 'echo 2 >a/b/f; rm a/b/other')
    expect(await changes(['top', 'mid', 'low'])).toEqual(['deleted file /a/b/other', 'modified file /a/b/f'])
  })

  it('names once what was lost with a replaced directory that several layers had filled', async () => {
    inFolder('low', 'mkdir -p d/sub d/same; echo 1 >d/f; echo 1 >d/sub/x; echo 1 >d/same/old')
    inFolder('mid', 'mkdir -p d; echo 2 >d/f; echo 2 >d/g')
    change('upper', ['mid', 'low'], 'rm -r d; mkdir d; mkdir d/same; echo 3 >d/same/new; echo 3 >d/g')
    expect(await changes(['mid', 'low'])).toEqual([
      'added file /d/same/new',
      'deleted directory /d/sub',
      'deleted file /d/f',
      'deleted file /d/same/old',
      'modified file /d/g',
    ])
  })

  it('does not look through a link that a lower layer has in the place of a directory', async () => {
    inFolder('low', 'ln -s /etc d')
    change('upper', ['low'], 'rm d; mkdir d; echo x >d/passwd')
    expect(await changes(['low'])).toEqual(['added file /d/passwd', 'modified directory /d'])
  })

  it('tells a real device from a whiteout', async () => {
    inFolder('low', 'echo 1 >gone')
    change('upper', ['low'], 'rm gone; mknod null c 1 3')
    expect(await changes(['low'])).toEqual(['added character-device /null', 'deleted file /gone'])
  })

  it('is nothing where nothing was changed', async () => {
    inFolder('low', 'echo 1 >f')
    expect(await changes(['low'])).toEqual([])
  })

  it('keeps every name exact', async () => {
    const names = [
      'a b',
      "quo'te",
      'dou"ble',
      '$(touch x)',
      '-rf',
      '\\n',
      'new\nline',
      ' ',
      '中文🙂',
      '*',
      '__proto__',
    ]
    inFolder('low', 'mkdir d')
    change('upper', ['low'], names.map((name) => `touch -- d/'${name.replaceAll("'", `'"'"'`)}'`).join('; '))
    const expected = names.map((name) => `added file /d/${Buffer.from(name, 'utf8').toString('latin1')}`)
    expect(await changes(['low'])).toEqual(expected.sort())
  })

  it('keeps names exact in a directory that replaced another', async () => {
    const folder = "d\n# file: x\\012 'q"
    const quoted = `'${folder.replaceAll("'", `'"'"'`)}'`
    inFolder('low', `mkdir -p ${quoted}/e; echo 1 >${quoted}/e/lost`)
    change('upper', ['low'], `rm -r ${quoted}; mkdir -p ${quoted}/e; ln -s "to -> 'x'" ${quoted}/"l -> m"`)
    expect(await changes(['low'])).toEqual([
      `added symlink /${folder}/l -> m`,
      `deleted file /${folder}/e/lost`,
    ])
  })

  it('finds the opaque mark of a directory whose path is too long for a plain tar header', async () => {
    const deep = Array.from(
      { length: 12 },
      (_, index) => `caf\u00e9-${'x'.repeat(20)}-${String(index)}`,
    ).join('/')
    inFolder('low', `mkdir -p '${deep}'; echo 1 >'${deep}/lost'`)
    change('upper', ['low'], `rm -r '${deep}'; mkdir '${deep}'`)
    const bytes = Buffer.from(deep, 'utf8').toString('latin1')
    expect(await changes(['low'])).toEqual([`deleted file /${bytes}/lost`])
  })
})
