import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { sameMachineOverSsh, type SameMachine } from '../../builders/same-machine'
import { stopContainer } from '../../engines/docker/containers'
import { sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { bytesOf, folderOf, type ExpectedRow, type LensCase } from './lens-case'
import { allCases as cases, removeLensContainers, startLensContainers } from './lens-containers'
import { dockerDiff, inOrder, pathOf, rowsBelow, withoutLeading, type ListedChange } from './listings'

const engine = sharedEngine()
const image = `${uniqueName('lens')}:1`
const containers = { running: uniqueName('lens-running'), stopped: uniqueName('lens-stopped') }

let lamina: LaminaUnderTest
let overSsh: SameMachine

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  ;[overSsh] = await Promise.all([
    sameMachineOverSsh(lamina, engine.socketPath),
    startLensContainers(image, Object.values(containers)),
  ])
  await stopContainer(engine.docker, containers.stopped)
})

afterAll(async () => {
  await removeLensContainers(image, Object.values(containers))
  await lamina.close()
  await overSsh.stop()
})

function expectedOfEngine({ host, engine: differing }: LensCase): ExpectedRow[] {
  return inOrder((differing?.rows ?? host).map((row) => ({ ...row })))
}

function atBytes(changes: readonly ListedChange[], folder: string, path: string): ListedChange | undefined {
  return changes.find((change) => pathOf(change) === `${folder}/${path}`)
}

const places = [
  ['running', 'this machine'],
  ['stopped', 'this machine'],
  ['running', 'a host over SSH'],
  ['stopped', 'a host over SSH'],
] as const

describe.each(places)('on a %s container of %s', (state, place) => {
  const list = async (lens: 'host' | 'engine') => {
    const hostId = place === 'this machine' ? 'local' : overSsh.hostId
    return await lamina.value('changes.list', { hostId, containerId: containers[state], lens })
  }
  let host: Awaited<ReturnType<typeof list>>
  let engines: Awaited<ReturnType<typeof list>>
  let diff: ExpectedRow[]

  beforeAll(async () => {
    host = await list('host')
    engines = await list('engine')
    diff = await dockerDiff(engine.socketPath, containers[state])
  })

  describe.each(cases)('$name', (lensCase) => {
    const folder = folderOf(lensCase)

    test('the host lens shows each change', () => {
      expect(rowsBelow(folder, host.changes)).toEqual(inOrder(lensCase.host))
      for (const { path, ...facts } of lensCase.host) {
        expect(atBytes(host.changes, folder, path)).toMatchObject(facts)
      }
    })

    test('the engine lens shows the same, or differs as told', () => {
      expect(rowsBelow(folder, engines.changes)).toEqual(expectedOfEngine(lensCase))
    })
  })

  test('the engine lens shows what docker diff shows, without the directories that lead to a change', () => {
    expect(inOrder(engines.changes.map((change) => ({ kind: change.kind, path: pathOf(change) })))).toEqual(
      withoutLeading(diff),
    )
  })

  test('nothing outside the cases changed', () => {
    expect(host.changes.filter((change) => !change.path.startsWith('/c/'))).toEqual([])
  })

  test('the engine lens claims no fact that the engine does not tell', () => {
    for (const change of engines.changes) {
      expect(Object.keys(change).filter((key) => key !== 'pathBytes')).toEqual(['path', 'kind', 'type'])
      expect(change.type).toBe('unknown')
    }
  })

  test('the host lens tells size, mode, owner and time of what is there, and the lower version of what is not', () => {
    for (const change of host.changes) {
      expect(change.mode).toBeTypeOf('number')
      expect(change.uid).toBeTypeOf('number')
      expect(Date.parse(change.modifiedAt ?? '')).not.toBeNaN()
      expect(change.type).not.toBe('unknown')
      if (change.type === 'directory') expect(change).not.toHaveProperty('size')
      if (change.type === 'file') expect(change.size).toBeTypeOf('number')
    }
  })

  test('names that are not UTF-8 come with their bytes, and only those', () => {
    const withBytes = host.changes.filter((change) => change.pathBytes !== undefined)
    expect(withBytes).toHaveLength(6)
    expect(withBytes.map(pathOf).every((path) => path.includes('names-that-are-not-utf-8'))).toBe(true)
  })

  test('totals count rows by kind, and the bytes of hard links once', () => {
    const count = (kind: string): number => host.changes.filter((change) => change.kind === kind).length
    const linked = [
      'hard-link-to-a-file-of-the-image/b',
      'new-hard-links/b',
      'new-hard-links/c',
      'continuity-basic-made-again/etc/hosts.allow',
      'continuity-hard-link-of-an-unmodified-file/etc/before-hosts',
      'continuity-hard-link-of-a-modified-file/etc/before-hosts',
    ]
    const bytes = host.changes
      .filter(({ kind, path }) => kind !== 'deleted' && !linked.some((name) => path === `/c/${name}`))
      .reduce((sum, { size = 0 }) => sum + size, 0)
    expect(host.totals).toEqual({
      added: count('added'),
      modified: count('modified'),
      deleted: count('deleted'),
      bytes,
    })
    expect(engines.totals.bytes).toBe(0)
  })

  test('files named like whiteouts are warned of by both lenses', () => {
    const named = '/c/names-that-look-like-whiteouts'
    for (const { warnings } of [host, engines]) {
      expect(warnings).toContainEqual({
        kind: 'whiteout-name',
        path: `${named}/.wh.conf`,
        deletes: `${named}/conf`,
      })
    }
  })
})

test('each case says why where the lenses differ', () => {
  const differing = cases.filter(({ engine: told }) => told !== undefined)
  expect(differing.every(({ engine: told }) => (told?.why.length ?? 0) > 20)).toBe(true)
  expect(bytesOf('é')).toBe('\xc3\xa9')
})
