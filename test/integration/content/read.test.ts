import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { OperationOutput } from '../../../electron/contract/contract'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { sameMachineOverSsh, type SameMachine } from '../../builders/same-machine'
import { stopContainer } from '../../engines/docker/containers'
import { sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { readerContainers, removeContentContainers, startContentContainers } from './content-container'

const engine = sharedEngine()
const image = `${uniqueName('content')}:1`
const containers = { running: uniqueName('content-running'), stopped: uniqueName('content-stopped') }
let lamina: LaminaUnderTest
let overSsh: SameMachine

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  ;[overSsh] = await Promise.all([
    sameMachineOverSsh(lamina, engine.socketPath),
    startContentContainers(image, Object.values(containers)),
  ])
  await stopContainer(engine.docker, containers.stopped)
})

afterAll(async () => {
  await removeContentContainers(image, Object.values(containers))
  await lamina.close()
  await overSsh.stop()
})

afterEach(async () => {
  expect(await readerContainers()).toEqual([])
})

type Content = OperationOutput<'content.read'>
type Side = 'upper' | 'lower'

// Each state with each place, each state with each lens, each place with each lens.
const places = [
  ['running', 'this machine', 'host'],
  ['running', 'a host over SSH', 'engine'],
  ['stopped', 'this machine', 'engine'],
  ['stopped', 'a host over SSH', 'host'],
] as const

describe.each(places)('in a %s container of %s, through the %s lens,', (state, place, lens) => {
  const read = async (path: string, side: Side = 'upper', more: object = {}): Promise<Content> => {
    const hostId = place === 'this machine' ? 'local' : overSsh.hostId
    const input = { hostId, containerId: containers[state], path, side, lens, ...more }
    const content = await lamina.value('content.read', input)
    expect(content.through).toBe(lens)
    return content
  }
  const text = async (path: string, side?: Side): Promise<string> =>
    Buffer.from((await read(path, side)).bytes, 'base64').toString('latin1')

  test('a changed file has two versions, with their facts', async () => {
    expect(await text('/c/text')).toBe('upper text\n')
    expect(await text('/c/text', 'lower')).toBe('lower text\n')
    const facts = { exists: true, type: 'file', size: 11, mode: 0o640, uid: 7, gid: 8, offset: 0, end: true }
    const told = { kind: 'text', encoding: 'utf-8' }
    for (const side of ['upper', 'lower'] as const)
      expect(await read('/c/text', side)).toMatchObject({ ...facts, ...told })
    expect(Date.parse((await read('/c/text')).modifiedAt ?? '')).not.toBeNaN()
  })

  test('an unchanged file has the same version twice, and the uppermost layer goes first', async () => {
    for (const side of ['upper', 'lower'] as const) {
      expect(await text('/c/unchanged', side)).toBe('only below\n')
      expect(await text('/c/twice', side)).toBe('second layer\n')
    }
  })

  test('a deleted file has a lower version only, a new one an upper only', async () => {
    expect(await read('/c/deleted')).toMatchObject({
      exists: false,
      type: 'unknown',
      bytes: '',
      kind: 'none',
      end: true,
    })
    expect(await text('/c/deleted', 'lower')).toBe('was here\n')
    expect(await read('/c/empty', 'lower')).toMatchObject({ exists: false })
    expect(await read('/c/old/gone', 'lower')).toMatchObject({ exists: false })
    expect(await read('/c/nowhere/at/all')).toMatchObject({ exists: false })
    expect(await read('/c/text/below')).toMatchObject({ exists: false })
  })

  test('a replaced directory hides what the image had in it', async () => {
    expect(await read('/c/opaque/lost')).toMatchObject({ exists: false })
    expect(await read('/c/opaque/sub/deep')).toMatchObject({ exists: false })
    expect(await text('/c/opaque/both')).toBe('new one\n')
    expect(await text('/c/opaque/lost', 'lower')).toBe('in the old one\n')
    expect(await text('/c/opaque/sub/deep', 'lower')).toBe('deep\n')
  })

  test('content is told for what it is', async () => {
    expect(await read('/c/picture.png')).toMatchObject({ kind: 'image', mediaType: 'image/png', size: 16 })
    expect(await read('/c/binary')).toMatchObject({ kind: 'binary', bytes: 'AAEC/w==' })
    expect(await read('/c/empty')).toMatchObject({
      exists: true,
      kind: 'text',
      bytes: '',
      size: 0,
      end: true,
    })
    expect(await read('/c/chinese')).toMatchObject({ kind: 'text', encoding: 'gb18030' })
    expect(await read('/bin/busybox', 'lower')).toMatchObject({ kind: 'elf' })
  })

  test('a link is its target and is never followed', async () => {
    expect(await read('/c/link')).toMatchObject({ type: 'symlink', linkTarget: 'other', kind: 'text' })
    expect(await read('/c/link', 'lower')).toMatchObject({ type: 'symlink', linkTarget: 'text', size: 4 })
    expect(await read('/c/loop')).toMatchObject({ type: 'symlink', linkTarget: 'loop' })
    expect(await text('/c/out')).toBe('../../../../../../etc/hostname')
  })

  test("a directory that became a link out of the container never shows the host's files", async () => {
    // Where an engine resolves the link it is to the container's own /etc, which has no such file.
    expect(await read('/c/parent/debian_version')).toMatchObject({ exists: false })
    expect(await text('/c/parent/file', 'lower')).toBe('below the directory\n')
    expect(await read('/c/parent')).toMatchObject({ type: 'symlink', linkTarget: '/etc' })
  })

  test.each([
    ['pipe', 'fifo'],
    ['socket', 'socket'],
    ['null', 'character-device'],
    ['disk', 'block-device'],
    ['tree', 'directory'],
  ])('a %s is named and not opened', async (name, type) => {
    expect(await read(`/c/${name}`)).toMatchObject({ exists: true, type, bytes: '', end: true, kind: 'none' })
    expect(await read(`/c/${name}`)).not.toHaveProperty('size')
  })

  test('the root is a directory', async () => {
    expect(await read('/')).toMatchObject({ exists: true, type: 'directory' })
    expect(await read('/', 'lower')).toMatchObject({ exists: true, type: 'directory' })
  })

  test('a sparse file of a hundred gigabytes gives its first two megabytes', async () => {
    const content = await read('/c/sparse')
    expect(content).toMatchObject({ size: 100 * 1024 ** 3, end: false, kind: 'binary' })
    expect(Buffer.from(content.bytes, 'base64')).toHaveLength(2 * 1024 * 1024)
  })

  test('a large file is read on from where the last part ended', async () => {
    const first = await read('/c/large')
    expect(first).toMatchObject({ size: 3_000_000, offset: 0, end: false })
    const offset = Buffer.from(first.bytes, 'base64').length
    const second = await read('/c/large', 'upper', { offset })
    expect(second).toMatchObject({ offset, end: true, kind: 'text' })
    expect(Buffer.from(second.bytes, 'base64')).toHaveLength(3_000_000 - offset)
    expect(await read('/c/large', 'upper', { offset: 2_999_990, limit: 10 })).toMatchObject({ end: true })
    expect(await read('/c/large', 'upper', { offset: 2_999_980, limit: 10 })).toMatchObject({ end: false })
    expect(await read('/c/large', 'upper', { offset: 9_000_000 })).toMatchObject({ bytes: '', end: true })
  })

  test('names with any byte are found exactly', async () => {
    expect(await text('/c/new\nline\n.')).toBe('newline\n')
    const named = async (latin1: string) => {
      const pathBytes = Buffer.from(latin1, 'latin1').toString('base64')
      const { bytes } = await read('/c/caf\ufffd', 'upper', { pathBytes })
      return Buffer.from(bytes, 'base64').toString()
    }
    expect(await named('/c/caf\xe9')).toBe('not utf-8\n')
    expect(await named('/c/caf\xe8')).toBe('another\n')
    expect(await read('/c/caf\ufffd')).toMatchObject({ exists: false })
  })
})

describe('a path', () => {
  test.each(['relative', '/a/../b', '/a/./b', '/a//b', '/a/', '/nul\0'])('%j is refused', async (path) => {
    const input = { hostId: 'local', containerId: containers.running, path, side: 'upper' }
    expect(await lamina.failure('content.read', input)).toMatchObject({ kind: 'invalid-input' })
  })

  test('of a container that is not there fails, and is no missing file', async () => {
    for (const lens of ['host', 'engine'] as const) {
      const input = { hostId: 'local', containerId: 'nobody', path: '/c/text', side: 'upper', lens }
      expect(await lamina.failure('content.read', input)).toMatchObject({ kind: 'not-found' })
    }
  })

  test('is read on the host where nothing is said', async () => {
    const input = {
      hostId: 'local',
      containerId: containers.running,
      path: '/c/text',
      side: 'lower',
    } as const
    expect(await lamina.value('content.read', input)).toMatchObject({ through: 'host' })
  })
})
