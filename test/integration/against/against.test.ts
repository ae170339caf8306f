import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { HostSession } from '../../../electron/session/host/host-session'
import { localHost } from '../../../electron/session/host/local-host'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { sameMachineOverSsh, type SameMachine } from '../../builders/same-machine'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
  stopContainer,
} from '../../engines/docker/containers'
import { buildLayers } from '../../engines/images/images'
import { baseImage, nineLayersImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { nextSecond } from '../../engines/wait'
import { readerContainers } from '../content/content-container'
import { inOrder, pathOf } from '../lenses/listings'
import { compared, openedAgainst, type ComparedRow } from './compared'

const engine = sharedEngine()
const image = `${uniqueName('against')}:1`
const snapshot = `${uniqueName('against')}:snapshot`
const container = uniqueName('against')
let lamina: LaminaUnderTest
let overSsh: SameMachine
let session: HostSession
let snapshotId: string

const before = `
cd /c; echo new >new; echo changed >changed; rm -r gone; ln -sf elsewhere link; mkdir -p tree/deep; echo x >tree/deep/x
echo same >same; chmod 600 mode; head -c 300000 /dev/zero >large; rm -r replaced; mkdir replaced; echo r >replaced/r
ln new second; mkfifo pipe; echo "not utf-8" >"$(printf 'caf\\351')"; rm /.dockerenv`
const after = `
cd /c; echo NEW >new; echo more >>changed; rm tree/deep/x; echo y >tree/deep/y; chmod 644 mode; chown 3:4 same
t=$(stat -c %Y large); printf x | dd of=large bs=1 seek=1000 conv=notrunc 2>/dev/null; touch -d "@$t" large
rm link; mkdir link; echo in >link/in; rm -r replaced; echo file >replaced; echo z >"$(printf 'caf\\350')"`

/** What `after` did, seen against the snapshot made before it. */
const since: readonly ComparedRow[] = [
  { path: '/c/caf\xe8', kind: 'added', type: 'file', size: 2 },
  { path: '/c/changed', kind: 'modified', type: 'file', size: 13, aspects: ['content', 'time'] },
  { path: '/c/large', kind: 'modified', type: 'file', size: 300_000, aspects: ['content'] },
  { path: '/c/link', kind: 'modified', type: 'directory', aspects: ['type'] },
  { path: '/c/link/in', kind: 'added', type: 'file', size: 3 },
  { path: '/c/mode', kind: 'modified', type: 'file', size: 5, aspects: ['mode'] },
  { path: '/c/new', kind: 'modified', type: 'file', size: 4, aspects: ['content', 'time'] },
  { path: '/c/replaced', kind: 'modified', type: 'file', size: 5, aspects: ['type'] },
  { path: '/c/same', kind: 'modified', type: 'file', size: 5, aspects: ['owner'] },
  { path: '/c/second', kind: 'modified', type: 'file', size: 4, aspects: ['content', 'time'] },
  { path: '/c/tree/deep/x', kind: 'deleted', type: 'file', size: 2 },
  { path: '/c/tree/deep/y', kind: 'added', type: 'file', size: 2 },
]

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  session = localHost({ DOCKER_HOST: engine.dockerHost })
  overSsh = await sameMachineOverSsh(lamina, engine.socketPath)
  await buildLayers(engine.docker, image, baseImage, [
    `mkdir -p /c/gone /c/replaced; echo 1 >/c/changed; echo 2 >/c/gone/file; ln -s new /c/link; echo mode >/c/mode; echo o >/c/replaced/o`,
    `mkdir /second; echo 2 >/second/layer; echo b >/c/both`,
  ])
  await startContainer(engine.docker, { name: container, image })
  await runInContainer(engine.docker, container, before)
  const made = await lamina.value('snapshots.commit', {
    hostId: 'local',
    containerId: container,
    reference: snapshot,
    message: '',
    author: '',
  })
  snapshotId = made.imageId
})

afterAll(async () => {
  await removeContainers(engine.docker, container)
  await removeImages(engine.docker, snapshot, image)
  await session.close()
  await lamina.close()
  await overSsh.stop()
})

afterEach(async () => {
  expect(await readerContainers()).toEqual([])
})

const against = (image: string, lens: 'host' | 'engine') => compared(session, container, image, lens)

const overSshAgainst = async (image: string) =>
  (
    await openedAgainst(lamina, {
      hostId: overSsh.hostId,
      containerId: container,
      against: image,
      lens: 'host',
    })
  ).rows

/** What the lines of a tree tell. */
const asLines = (rows: readonly ComparedRow[]) => rows.map(({ aspects: _aspects, ...row }) => row)

test.each(['host', 'engine'] as const)(
  'a container has nothing otherwise than its snapshot, through the %s lens',
  async (lens) => {
    const { rows, ...told } = await against(snapshot, lens)
    expect(rows).toEqual([])
    expect(told).toMatchObject({ lens, against: { id: snapshotId, references: [snapshot] } })
  },
)

describe.each(['running', 'stopped'] as const)('a %s container that went on', (state) => {
  beforeAll(async () => {
    // Of what is written within the second of the snapshot nobody could say that its time is another.
    await nextSecond()
    if (state === 'running') await runInContainer(engine.docker, container, after)
    else await stopContainer(engine.docker, container)
  })

  test('has exactly what happened since, through both lenses', async () => {
    expect((await against(snapshot, 'host')).rows).toEqual(since)
    const { rows, reason } = await against(snapshot, 'engine')
    expect(rows).toEqual(since)
    expect(reason).toMatch(/^Everything in the container and in the image is read/)
  })

  test('has the same on a host over SSH', async () => {
    expect(await overSshAgainst(snapshotId)).toEqual(asLines(since))
  })

  test.each(['host', 'engine'] as const)(
    "has each path beside the snapshot's version, through the %s lens",
    async (lens) => {
      const place = { hostId: 'local', containerId: container, against: snapshot, lens }
      const text = async (path: string, side: 'upper' | 'lower') => {
        const { bytes, through } = await lamina.value('content.read', { ...place, path, side })
        expect(through).toBe(lens)
        return Buffer.from(bytes, 'base64').toString()
      }
      expect([await text('/c/new', 'lower'), await text('/c/new', 'upper')]).toEqual(['new\n', 'NEW\n'])
      expect(await text('/c/tree/deep/x', 'lower')).toBe('x\n')
      const described = await lamina.value('changes.describe', { ...place, path: '/c/same' })
      expect(described).toMatchObject({ aspects: ['owner'], lower: { uid: 0 }, upper: { uid: 3 } })
      const other = await lamina.value('changes.describe', { ...place, against: image, path: '/c/same' })
      expect(other.lower).toBeUndefined()
    },
  )

  test('has what was lost with a directory of the snapshot', async () => {
    const place = { hostId: 'local', containerId: container, against: snapshot }
    const { rows } = await lamina.value('changes.lost', { ...place, path: '/c/tree' })
    expect(rows.map(({ path }) => path)).toEqual(['/c/tree/deep/x'])
  })

  test('against its own image has its changes', async () => {
    const { changes } = await lamina.value('changes.list', {
      hostId: 'local',
      containerId: container,
      lens: 'host',
    })
    const { rows } = await against(image, 'host')
    expect(rows.map(({ path, kind }) => ({ path, kind }))).toEqual(
      inOrder(changes.map((change) => ({ path: pathOf(change), kind: change.kind }))),
    )
  })

  test.each([baseImage, nineLayersImage])(
    'has the same rows through both lenses against %s',
    async (other) => {
      const { rows } = await against(other, 'host')
      expect(rows).toContainEqual({ path: '/second/layer', kind: 'added', type: 'file', size: 2 })
      // A new container of that image would have it again, which no engine's archive can tell.
      const seen = rows.filter(({ path }) => path !== '/.dockerenv')
      expect(seen).toHaveLength(rows.length - 1)
      expect((await against(other, 'engine')).rows).toEqual(seen)
      expect(await overSshAgainst(other)).toEqual(asLines(rows))
    },
  )
})

describe('an image', () => {
  test('that is not there is a failure', async () => {
    for (const lens of ['host', 'engine'] as const) {
      const input = { hostId: 'local', containerId: container, against: 'nobody/nothing:1', lens }
      expect(await lamina.failure('changes.open', input)).toMatchObject({ kind: 'not-found' })
    }
  })

  test('whose name is none is a failure', async () => {
    const input = { hostId: 'local', containerId: container, against: '../x y' }
    expect(await lamina.failure('changes.open', input)).toMatchObject({ kind: 'reference-invalid' })
  })
})
