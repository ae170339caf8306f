import { execFileSync } from 'node:child_process'
import { createReadStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  aspectsIn,
  type Change,
  type ChangeAspect,
  type FileType,
} from '../../../../electron/core/changes/change'
import type { ContainerDetails } from '../../../../electron/engine/engine'
import { probeHostFiles, type HostFiles } from '../../../../electron/hostfs/host/host-files'
import { StackDifference } from '../../../../electron/hostfs/difference/stack-difference'
import { archiveDifference } from '../../../../electron/session/changes/archive-difference'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { fakeEngine } from '../../../builders/engines/fake-engine'

/** Hundreds of files are made by commands; only what fails takes so long. */
const patience = 120_000
vi.setConfig({ testTimeout: patience, hookTimeout: patience })

/** What is so of a version beyond `basis`; `make` runs in a directory and leaves the version at `p`. */
interface Version {
  readonly make: string
  readonly type: FileType
  readonly content?: string
  readonly target?: string
  readonly device?: string
  readonly mode?: string
  readonly owner?: string
  /** Seconds since 1970. */
  readonly time?: number
  readonly capabilities?: string
  readonly attributes?: string
}

const capability = (bits: string) =>
  `setfattr -n security.capability -v 0x0100000200${bits}000000000000000000000000 p`
const acl = '0x0200000001000700ffffffff02000700e803000004000500ffffffff10000700ffffffff20000500ffffffff'
const link = (target: string) => `ln -s ${target} p`

/** Every fact has two values somewhere here, alone and beside another one. */
const versions: Readonly<Record<string, Version>> = {
  file: { type: 'file', make: 'printf one >p', content: 'one' },
  'file of equal size': { type: 'file', make: 'printf two >p', content: 'two' },
  'longer file': { type: 'file', make: 'printf three >p', content: 'three' },
  'empty file': { type: 'file', make: ': >p', content: '' },
  'file of another mode': { type: 'file', make: 'printf one >p; chmod 4755 p', content: 'one', mode: '4755' },
  'file of another user': { type: 'file', make: 'printf one >p; chown 7:0 p', content: 'one', owner: '7:0' },
  'file of another group': { type: 'file', make: 'printf one >p; chown 0:7 p', content: 'one', owner: '0:7' },
  'later file': { type: 'file', make: 'printf one >p', content: 'one', time: 1_600_000_009 },
  'file before 1970': { type: 'file', make: 'printf one >p', content: 'one', time: -86_400 },
  'file with a capability': {
    type: 'file',
    make: `printf one >p; ${capability('200000')}`,
    content: 'one',
    capabilities: '200000',
  },
  'file with another capability': {
    type: 'file',
    make: `printf one >p; ${capability('040000')}`,
    content: 'one',
    capabilities: '040000',
  },
  'file with an attribute': {
    type: 'file',
    make: 'printf one >p; setfattr -n user.a -v 1 p',
    content: 'one',
    attributes: '1',
  },
  'file with another value of it': {
    type: 'file',
    make: 'printf one >p; setfattr -n user.a -v 2 p',
    content: 'one',
    attributes: '2',
  },
  'file with an access control list': {
    type: 'file',
    make: `printf one >p; chmod 775 p; setfattr -n system.posix_acl_access -v ${acl} p`,
    content: 'one',
    mode: '775',
    attributes: 'acl',
  },
  directory: { type: 'directory', make: 'mkdir p' },
  'directory of another mode': { type: 'directory', make: 'mkdir p; chmod 1777 p', mode: '1777' },
  'directory of another owner': { type: 'directory', make: 'mkdir p; chown 7:8 p', owner: '7:8' },
  'later directory': { type: 'directory', make: 'mkdir p', time: 1_600_000_009 },
  'directory with an attribute': {
    type: 'directory',
    make: 'mkdir p; setfattr -n user.a -v 1 p',
    attributes: '1',
  },
  'directory with a default access control list': {
    type: 'directory',
    make: `mkdir p; setfattr -n system.posix_acl_default -v ${acl} p`,
    attributes: 'acl',
  },
  link: { type: 'symlink', make: link('one'), target: 'one' },
  'link of equal size': { type: 'symlink', make: link('two'), target: 'two' },
  'longer link': { type: 'symlink', make: link('three'), target: 'three' },
  'link of another owner': {
    type: 'symlink',
    make: `${link('one')}; chown -h 7:8 p`,
    target: 'one',
    owner: '7:8',
  },
  'later link': { type: 'symlink', make: link('one'), target: 'one', time: 1_600_000_009 },
  'link with an attribute': {
    type: 'symlink',
    make: `${link('one')}; setfattr -h -n trusted.a -v 1 p`,
    target: 'one',
    attributes: '1',
  },
  'character device': { type: 'character-device', make: 'mknod p c 1 3', device: '1:3' },
  'other character device': { type: 'character-device', make: 'mknod p c 1 5', device: '1:5' },
  'block device': { type: 'block-device', make: 'mknod p b 7 1', device: '7:1' },
  'other block device': { type: 'block-device', make: 'mknod p b 8 1', device: '8:1' },
  fifo: { type: 'fifo', make: 'mkfifo p' },
  'fifo of another mode': { type: 'fifo', make: 'mkfifo p; chmod 600 p', mode: '600' },
}

const names = Object.keys(versions)
const pairs = names.flatMap((now, at) =>
  names.map((then, other) => ({ path: `/${String(at)}-${String(other)}`, now, then })),
)

/** What differs, told from the versions' own words. `seesAttributes`: those that are no capabilities too. */
function whatDiffers(now: Version, then: Version, seesAttributes: boolean): ChangeAspect[] {
  const differs = (fact: keyof Version) => now[fact] !== then[fact]
  if (differs('type')) return differs('owner') ? ['type', 'owner'] : ['type']
  const [isDirectory, isLink] = [now.type === 'directory', now.type === 'symlink']
  const found: [ChangeAspect, boolean][] = [
    ['content', differs('content') || differs('device')],
    ['mode', !isLink && differs('mode')],
    ['owner', differs('owner')],
    ['time', !isDirectory && differs('time')],
    ['link-target', differs('target')],
    ['attributes', differs('capabilities') || (seesAttributes && differs('attributes'))],
  ]
  return found.filter(([, is]) => is).map(([aspect]) => aspect)
}

function expected(seesAttributes: boolean): string[] {
  const rows = pairs.flatMap(({ path, now, then }) => {
    const [left, right] = [versions[now], versions[then]]
    if (left === undefined || right === undefined) throw new Error('no such version')
    const aspects = whatDiffers(left, right, seesAttributes)
    return aspects.length === 0 ? [] : [`${path} ${now} | ${then}: ${aspects.join()}`]
  })
  return rows.sort()
}

function told(changes: readonly Change[]): string[] {
  const rows = changes.map(({ path, kind, aspects = 0, contentUnsure }) => {
    const pair = pairs.find((one) => one.path === path)
    const unsure = contentUnsure === true ? '?' : ''
    const words = kind === 'modified' ? `${aspectsIn(aspects).join()}${unsure}` : kind
    return `${path} ${String(pair?.now)} | ${String(pair?.then)}: ${words}`
  })
  return rows.sort()
}

let root: string
let host: HostFiles

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'lamina-pairs-'))
  const made = Object.values(versions).map(({ make, time = 1_600_000_000 }, at) => {
    return `mkdir t; cd t; ${make}; touch -h -d @${String(time)} p; mv p ../${String(at)}; cd ..; rmdir t`
  })
  run('versions', made)
  for (const side of ['now', 'then'] as const) {
    const copies = pairs.map((pair) => `cp -a ../versions/${String(names.indexOf(pair[side]))} .${pair.path}`)
    run(side, [...copies, 'touch -d @1600000000 .'])
  }
  mkdirSync(join(root, 'overlay2'))
  const probed = await probeHostFiles(openLocalTransport(), root, AbortSignal.timeout(patience))
  if (!probed.works) throw new Error(probed.reason)
  host = probed.files
})

/** Runs lines of a script in a new directory. */
function run(directory: string, lines: readonly string[]): void {
  mkdirSync(join(root, directory))
  execFileSync('sh', ['-eu'], { cwd: join(root, directory), input: `umask 022\n${lines.join('\n')}\n` })
}

afterAll(() => {
  rmSync(root, { recursive: true, force: true })
})

test('the host lens tells every pair of versions apart by what differs, and no other', async () => {
  const layers = { container: [join(root, 'now')], image: [join(root, 'then')] }
  const difference = new StackDifference(host, layers)
  const changes: Change[] = []
  const signal = AbortSignal.timeout(patience)
  for await (const some of difference.changes(signal)) changes.push(...some)
  const same = new Map<string, boolean>()
  for await (const notes of difference.notes(signal))
    for (const note of notes) if (note.kind === 'content') same.set(note.path, note.same)
  expect(
    told(
      changes.map((change) => {
        const verdict = same.get(change.path)
        if (verdict === undefined) return change
        return { ...change, contentUnsure: false, aspects: (change.aspects ?? 0) | (verdict ? 0 : 2) }
      }),
    ),
  ).toEqual(expected(true))
})

test('the engine lens does so but for attributes that no archive holds', async () => {
  const archive = (id: string) => {
    const args = [
      '--create',
      '--format=pax',
      '--xattrs',
      '--xattrs-include=security.capability',
      '--sort=name',
    ]
    const file = join(root, `${id}.tar`)
    execFileSync('tar', [...args, '--file', file, '--directory', join(root, id), '.'])
    return Promise.resolve(createReadStream(file) as AsyncIterable<Buffer>)
  }
  const engine = fakeEngine({ archive })
  const container = { id: 'now', mounts: [] } as unknown as ContainerDetails
  const changes: Change[] = []
  for await (const some of archiveDifference(engine, container, [], 'then', AbortSignal.timeout(patience)))
    changes.push(...some)
  expect(told(changes)).toEqual(expected(false))
})
