import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aspectsIn, type Change } from '../../../electron/core/changes/change'
import type { OverlayDirectories } from '../../../electron/core/containers/container'
import { probeHostFiles } from '../../../electron/hostfs/host/host-files'
import { upperChanges } from '../../../electron/hostfs/upper/upper-changes'
import { openLocalTransport } from '../../../electron/transport/local/local-transport'
import { laminaUnderTest } from '../../builders/lamina-under-test'
import { busyboxFolder, type ToolFolder, withTools } from '../../builders/tools/other-tools'
import { sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { folderOf } from './lens-case'
import { allCases, removeLensContainers, startLensContainers } from './lens-containers'
import { inOrder } from './listings'

// The same cases as with the tools of this machine, on a host that has busybox's.
const engine = sharedEngine()
const image = `${uniqueName('other-tools')}:1`
const container = uniqueName('other-tools')
const local = openLocalTransport()
let directories: OverlayDirectories

beforeAll(async () => {
  await startLensContainers(image, [container])
  const lamina = await laminaUnderTest(engine)
  const inspected = await lamina.value('containers.inspect', { hostId: 'local', containerId: container })
  await lamina.close()
  if (inspected.directories === undefined) throw new Error('The container has no overlay directories')
  directories = inspected.directories
})

afterAll(async () => {
  await removeLensContainers(image, [container])
})

async function changesWith(tools: ToolFolder | undefined): Promise<Change[]> {
  const signal = AbortSignal.timeout(60_000)
  const transport = tools === undefined ? local : withTools(local, tools)
  const probe = await probeHostFiles(transport, engine.dataRoot, signal)
  if (!probe.works) throw new Error(probe.reason)
  const all: Change[] = []
  for await (const batch of upperChanges(probe.files, directories, signal)) all.push(...batch)
  return all.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** What must be equal: busybox's tools know whole seconds, and which name of a file comes first is the disk's to say. */
function comparable(changes: readonly Change[]): object[] {
  return changes.map((change) => {
    const { modifiedAt = 0, aspects = 0, ...facts } = { countedElsewhere: undefined, ...change }
    const known = aspectsIn(aspects).filter((aspect) => aspect !== 'time')
    return {
      ...facts,
      aspects: known,
      countedElsewhere: undefined,
      modifiedAt: Math.floor(modifiedAt / 1000),
    }
  })
}

/** Link targets are bytes here, and text in the cases. */
function shown(change: Change): { linkTarget?: string } {
  if (!('linkTarget' in change) || change.linkTarget === undefined) return {}
  return { linkTarget: Buffer.from(change.linkTarget, 'latin1').toString('utf8') }
}

describe.each([
  ['busybox and getfattr', ['getfattr']],
  ['busybox and GNU tar', ['tar', 'sh']],
  ["busybox's find", ['stat', 'tar', 'xargs', 'sh']],
  ["busybox's stat", ['find', 'getfattr', 'xargs', 'sh']],
])('with %s', (_name, own) => {
  let tools: ToolFolder
  let changes: Change[]

  beforeAll(async () => {
    tools = busyboxFolder(own)
    changes = await changesWith(tools)
  })

  afterAll(() => {
    tools.remove()
  })

  test.each(allCases)('the host lens shows each change: $name', (lensCase) => {
    const folder = `${folderOf(lensCase)}/`
    const below = changes
      .filter(({ path }) => path.startsWith(folder))
      .map((change) => ({ ...change, ...shown(change), path: change.path.slice(folder.length) }))
    expect(inOrder(below)).toEqual(inOrder(lensCase.host))
    for (const expected of lensCase.host)
      expect(below.find(({ path }) => path === expected.path)).toMatchObject(expected)
  })

  test('every fact is the one that GNU tools tell', async () => {
    expect(comparable(changes)).toEqual(comparable(await changesWith(undefined)))
  })
})

test('a host that cannot tell opaque directories says so', async () => {
  const tools = busyboxFolder([])
  try {
    const signal = AbortSignal.timeout(60_000)
    const probe = await probeHostFiles(withTools(local, tools), engine.dataRoot, signal)
    expect(probe.works ? '' : probe.reason).toContain('neither GNU tar nor getfattr')
  } finally {
    tools.remove()
  }
})
