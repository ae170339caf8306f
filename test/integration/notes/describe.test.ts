import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OperationOutput } from '../../../electron/contract/contract'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { sameMachineOverSsh, type SameMachine } from '../../builders/same-machine'
import { stopContainer } from '../../engines/docker/containers'
import { runCommand } from '../../engines/run-command'
import { sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { readerContainers } from '../content/content-container'
import { netRaw, removeNotesContainers, startNotesContainers } from './notes-container'

const engine = sharedEngine()
const image = `${uniqueName('notes')}:1`
const container = uniqueName('notes')
let lamina: LaminaUnderTest
let overSsh: SameMachine

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  overSsh = await sameMachineOverSsh(lamina, engine.socketPath)
  await startNotesContainers(image, [container])
  await stopContainer(engine.docker, container)
  // As setcap and setfattr in the container would; busybox has neither.
  const { directories } = await lamina.value('containers.inspect', {
    hostId: 'local',
    containerId: container,
  })
  const tool = join(directories?.upper ?? '', 'c/tool')
  await runCommand('setfattr', ['-n', 'security.capability', '-v', `0s${netRaw.toString('base64')}`, tool])
  await runCommand('setfattr', ['-n', 'user.note', '-v', 'x', tool])
})

afterAll(async () => {
  await removeNotesContainers(image, [container])
  await lamina.close()
  await overSsh.stop()
})

const places = [
  ['this machine', 'host'],
  ['this machine', 'engine'],
  ['a host over SSH', 'host'],
] as const

describe.each(places)('on %s, through the %s lens,', (place, lens) => {
  const given = (path: string, more: object = {}) => {
    const hostId = place === 'this machine' ? 'local' : overSsh.hostId
    return { hostId, containerId: container, path, lens, ...more }
  }
  const described = async (path: string, more?: object): Promise<OperationOutput<'changes.describe'>> => {
    const value = await lamina.value('changes.describe', given(path, more))
    expect(value.through).toBe(lens)
    expect(value.unknown).toHaveLength(lens === 'host' ? 0 : 1)
    return value
  }

  test.each([
    ['/c/touched', ['time']],
    ['/c/edited', ['content', 'time']],
    ['/c/mode', ['mode', 'owner']],
    ['/c/type', ['type', 'mode', 'time']],
    ['/c/twice', ['content', 'time']],
    ['/c/tool', ['attributes']],
  ] as const)('what differs about %s', async (path, aspects) => {
    const { upper, lower, aspects: found } = await described(path)
    expect(upper).toBeDefined()
    expect(lower).toBeDefined()
    expect(found).toEqual(aspects)
  })

  test('a link has two targets', async () => {
    const { upper, lower, aspects } = await described('/c/link')
    expect(upper).toMatchObject({ type: 'symlink', linkTarget: 'b', size: 1 })
    expect(lower).toMatchObject({ type: 'symlink', linkTarget: 'a', size: 1 })
    expect(aspects).toContain('link-target')
  })

  test('all facts stand on both sides', async () => {
    const { upper, lower } = await described('/c/mode')
    expect(upper).toMatchObject({ type: 'file', size: 5, mode: 0o600, uid: 7, gid: 8, attributes: [] })
    expect(lower).toMatchObject({ type: 'file', size: 5, mode: 0o644, uid: 0, gid: 0, attributes: [] })
    expect(Date.parse(lower?.modifiedAt ?? '')).not.toBeNaN()
  })

  test('a path of one version has one side and no aspects', async () => {
    const added = await described('/c/added')
    expect(added).not.toHaveProperty('lower')
    expect(added).toMatchObject({ upper: { type: 'file' }, aspects: [] })
    const gone = await described('/c/lost')
    expect(gone).not.toHaveProperty('upper')
    expect(gone).toMatchObject({ lower: { type: 'directory' }, aspects: [] })
    const pathBytes = Buffer.from('/c/caf\xe9', 'latin1').toString('base64')
    expect(await described('/c/caf', { pathBytes })).toMatchObject({ upper: { size: 9 } })
  })

  test('file capabilities are told in words', async () => {
    const { upper, lower } = await described('/c/tool')
    expect(lower?.attributes).toEqual([])
    expect(upper?.attributes?.[0]).toEqual({
      name: 'security.capability',
      value: netRaw.toString('base64'),
      meaning: 'cap_net_raw=ep',
    })
    expect(upper?.attributes?.[1]).toEqual(lens === 'host' ? { name: 'user.note', value: 'eA==' } : undefined)
  })

  test('a path that nobody has fails', async () => {
    expect(await lamina.failure('changes.describe', given('/c/nowhere'))).toMatchObject({ kind: 'not-found' })
    expect(await lamina.failure('changes.describe', given('relative'))).toMatchObject({
      kind: 'invalid-input',
    })
  })

  test('what was lost with a deleted directory is listed, as all layers had it', async () => {
    const lost = await lamina.value('changes.lost', given('/c/lost'))
    expect(lost).toMatchObject({ entries: 4, bytes: 'one\n'.length + 'second\n'.length })
    expect(lost.rows).toEqual([
      { path: '/c/lost/a', type: 'file', size: 4, mode: 0o644 },
      { path: '/c/lost/b', type: 'file', size: 7, mode: 0o644 },
      { path: '/c/lost/deep', type: 'directory', mode: 0o755 },
      { path: '/c/lost/deep/again', type: 'file', size: 4, mode: 0o644 },
    ])
    const page = await lamina.value('changes.lost', given('/c/lost', { offset: 1, limit: 2 }))
    expect(page).toEqual({ ...lost, rows: lost.rows.slice(1, 3) })
  })

  test('of a replaced directory, what is not there any more', async () => {
    const { entries, bytes, rows } = await lamina.value('changes.lost', given('/c/replaced'))
    expect(rows.map(({ path }) => path)).toEqual(['/c/replaced/f', '/c/replaced/sub', '/c/replaced/sub/g'])
    expect({ entries, bytes }).toEqual({ entries: 3, bytes: 6 })
  })

  test('nothing can have been lost with what was no directory', async () => {
    expect(await lamina.failure('changes.lost', given('/c/edited'))).toMatchObject({ kind: 'not-found' })
    expect(await lamina.failure('changes.lost', given('/c/added'))).toMatchObject({ kind: 'not-found' })
  })

  test('no container is left behind', async () => {
    expect(await readerContainers()).toEqual([])
  })
})

test('the layer of the lower version is counted from the lowest', async () => {
  const of = 3
  const layerOf = async (path: string) => {
    const input = { hostId: 'local', containerId: container, path, lens: 'host' } as const
    const { upper, lower } = await lamina.value('changes.describe', input)
    return [upper?.layer, lower?.layer]
  }
  expect(await layerOf('/c/twice')).toEqual([undefined, { number: 3, of }])
  expect(await layerOf('/c/edited')).toEqual([undefined, { number: 2, of }])
  expect(await layerOf('/bin/busybox')).toEqual([
    { number: 1, of },
    { number: 1, of },
  ])
  // The engine's own layer between image and container has these.
  expect(await layerOf('/etc/hosts')).toEqual([undefined, undefined])
})
