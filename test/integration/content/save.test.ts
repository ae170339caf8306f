import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { sameMachineOverSsh, type SameMachine } from '../../builders/same-machine'
import { runCommand } from '../../engines/run-command'
import { sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { eventually } from '../../engines/wait'
import { readerContainers, removeContentContainers, startContentContainers } from './content-container'

const engine = sharedEngine()
const image = `${uniqueName('save')}:1`
const container = uniqueName('save')
let lamina: LaminaUnderTest
let overSsh: SameMachine
let folder: string

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  ;[overSsh] = await Promise.all([
    sameMachineOverSsh(lamina, engine.socketPath),
    startContentContainers(image, [container]),
  ])
})

afterAll(async () => {
  await removeContentContainers(image, [container])
  await lamina.close()
  await overSsh.stop()
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lamina-save-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
  expect(await readerContainers()).toEqual([])
})

const places = (['this machine', 'a host over SSH'] as const).flatMap((place) =>
  (['host', 'engine'] as const).map((lens) => [place, lens] as const),
)

describe.each(places)('from a container of %s, through the %s lens,', (place, lens) => {
  const inputOf = (path: string, side: 'upper' | 'lower', name: string) => {
    const hostId = place === 'this machine' ? 'local' : overSsh.hostId
    return { hostId, containerId: container, path, side, lens, toFile: join(folder, name) }
  }

  test('both versions of a file are saved', async () => {
    const upper = await lamina.value('content.save', inputOf('/c/text', 'upper', 'upper'))
    expect(upper).toEqual({ file: join(folder, 'upper'), type: 'file', bytes: 11, through: lens })
    expect(await readFile(join(folder, 'upper'), 'utf8')).toBe('upper text\n')
    await lamina.value('content.save', inputOf('/c/text', 'lower', 'lower'))
    expect(await readFile(join(folder, 'lower'), 'utf8')).toBe('lower text\n')
    const told = lamina.events('file.progressed')
    await lamina.value('content.save', inputOf('/c/large', 'upper', 'large'))
    expect(told[0]).toMatchObject({ file: join(folder, 'large'), ofBytes: 3_000_000 })
    expect(told.every(({ bytes }) => bytes > 0 && bytes <= 3_000_000)).toBe(true)
    // Vitest would compare three million bytes one by one, for half a minute.
    expect(Buffer.alloc(3_000_000, 'x').equals(await readFile(join(folder, 'large')))).toBe(true)
    await lamina.value('content.save', inputOf('/c/empty', 'upper', 'empty'))
    expect(await readFile(join(folder, 'empty'))).toHaveLength(0)
  })

  test('a directory is saved as a tar of what is to be seen there', async () => {
    const names = async (tar: string) =>
      (await runCommand('tar', ['-tf', join(folder, tar), '--quoting-style=escape'])).stdout
        .trim()
        .split('\n')
        .sort()
    const told = lamina.events('file.progressed')
    const saved = await lamina.value('content.save', inputOf('/c/tree', 'upper', 'tree.tar'))
    expect(saved).toMatchObject({ type: 'directory', through: 'engine' })
    expect(told.find(({ file }) => file === join(folder, 'tree.tar'))?.entries).toBeGreaterThan(0)
    expect(await names('tree.tar')).toEqual([
      'tree/',
      'tree/a',
      'tree/b/',
      'tree/b/c',
      'tree/caf\\351',
      'tree/link',
    ])
    expect((await readFile(join(folder, 'tree.tar'))).length).toBe(saved.bytes)
    await lamina.value('content.save', inputOf('/c/opaque', 'upper', 'upper.tar'))
    expect(await names('upper.tar')).toEqual(['opaque/', 'opaque/both'])
    await lamina.value('content.save', inputOf('/c/opaque', 'lower', 'lower.tar'))
    expect(await names('lower.tar')).toEqual([
      'opaque/',
      'opaque/both',
      'opaque/lost',
      'opaque/sub/',
      'opaque/sub/deep',
    ])
  })

  test('what cannot be saved is refused, and no file is made', async () => {
    for (const [path, kind] of [
      ['/c/pipe', 'invalid-input'],
      ['/c/link', 'invalid-input'],
      ['/c/nothing', 'not-found'],
      ['/c/deleted', 'not-found'],
    ] as const)
      expect(await lamina.failure('content.save', inputOf(path, 'upper', 'none'))).toMatchObject({ kind })
    expect(await readdir(folder)).toEqual([])
  })

  test('a file that is there is replaced only when that is asked for', async () => {
    const input = inputOf('/c/text', 'lower', 'taken')
    await writeFile(input.toFile, 'mine')
    expect(await lamina.failure('content.save', input)).toMatchObject({ kind: 'conflict' })
    expect(await readFile(input.toFile, 'utf8')).toBe('mine')
    await lamina.value('content.save', { ...input, overwrite: true })
    expect(await readFile(input.toFile, 'utf8')).toBe('lower text\n')
    expect(await readdir(folder)).toEqual(['taken'])
  })

  test('a hundred gigabytes are cancelled at once, and nothing stays', async () => {
    const stopping = new AbortController()
    const saving = lamina.lamina.call('content.save', inputOf('/c/sparse', 'upper', 'huge'), {
      signal: stopping.signal,
    })
    // It has begun when its file is there.
    await eventually(async () => (await readdir(folder)).length === 1, { what: 'the file to be begun' })
    stopping.abort()
    expect(await saving).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
    expect(await readdir(folder)).toEqual([])
  })
})

test('a file is named by its whole path', async () => {
  const input = {
    hostId: 'local',
    containerId: container,
    path: '/c/text',
    side: 'upper',
    toFile: 'relative',
  }
  expect(await lamina.failure('content.save', input)).toMatchObject({ kind: 'invalid-input' })
})
