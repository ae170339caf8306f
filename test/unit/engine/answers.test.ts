import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BytePath } from '../../../electron/core/base/byte-path'
import { allEngineKinds, type EngineKind } from '../../engines/engine/private-engine'
import { replayedEngine, type ReplayedEngine } from './replayed-engine'
import { allOf } from '../../engines/all-of'

const { signal } = new AbortController()
const snapshotId = '3f0c8a52-7d1e-4c55-9a0b-6e2f1d4b8c90'

const descriptions: Readonly<Record<EngineKind, object>> = {
  'docker-20': { engine: 'Docker', version: '20.10.24+dfsg1', apiVersion: '1.41', storageDriver: 'overlay2' },
  'docker-26': { engine: 'Docker', version: '26.1.5+dfsg1', apiVersion: '1.45', nativeDiff: true },
  'docker-26-containerd': { engine: 'Docker', storageDriver: 'overlayfs', imageStore: 'containerd' },
  'docker-26-vfs': { engine: 'Docker', storageDriver: 'vfs', imageStore: 'graph-driver', nativeDiff: false },
  'podman-5': { engine: 'Podman', version: '5.4.2', apiVersion: '1.41', storageDriver: 'overlay' },
  'podman-4': { engine: 'Podman', version: '4.3.1', apiVersion: '1.41', imageStore: 'graph-driver' },
  'docker-28': { engine: 'Docker', version: '28.5.2+dfsg4', apiVersion: '1.51', storageDriver: 'overlay2' },
  'docker-28-containerd': { engine: 'Docker', storageDriver: 'overlayfs', imageStore: 'containerd' },
  'podman-5.8': { engine: 'Podman', version: '5.8.6', apiVersion: '1.44', storageDriver: 'overlay' },
}

describe.each(allEngineKinds)('what %s answered', (kind) => {
  const tellsDirectories = !/-(?:containerd|vfs)$/.test(kind)
  let replayed: ReplayedEngine

  beforeAll(async () => {
    replayed = await replayedEngine(kind)
  })
  afterAll(() => replayed.close())

  it('says which engine it is', async () => {
    const description = await replayed.engine.describe(signal)
    expect(description).toMatchObject({ ...descriptions[kind], rootless: false })
    expect(description).not.toHaveProperty('virtualMachine')
  })

  it('holds containers by name, state and image', async () => {
    const containers = await replayed.engine.containers({ all: true }, signal)
    const known = containers.map(({ name, state, image }) => [name, state, image])
    expect(known.sort()).toEqual([
      ['finished', 'exited', 'base:1'],
      ['never-started', 'created', 'base:1'],
      ['web', 'running', 'base:1'],
    ])
  })

  it('tells a container, whatever its state', async () => {
    const web = await replayed.engine.container('web', signal)
    expect(web).toMatchObject({ name: 'web', image: 'base:1', state: 'running' })
    expect(web.mounts).toContainEqual({ type: 'tmpfs', source: '', destination: '/scratch', writable: true })
    expect(web.engineMounts).toContainEqual({
      type: 'file',
      destination: '/etc/hosts',
      source: expect.stringMatching(/\/hosts$/) as string,
    })
    expect(web.mounts.filter(({ type }) => type === 'volume')).toMatchObject([{ destination: '/things' }])
    expect(web.pid).toBeGreaterThan(0)
    const finished = await replayed.engine.container('finished', signal)
    expect(finished).toMatchObject({ state: 'exited', readOnly: false })
    expect(finished).not.toHaveProperty('pid')
    expect(await replayed.engine.container('never-started', signal)).toMatchObject({
      state: 'created',
      readOnly: true,
    })
    // Of Docker's API from 1.48 on.
    expect(web.manifestDigest !== undefined).toBe(kind === 'docker-28-containerd')
    for (const { directories } of [web, finished]) {
      expect(directories !== undefined).toBe(tellsDirectories)
      if (directories !== undefined) expect(directories.merged).toMatch(/^\/var\/lib\/.*\/merged$/)
    }
  })

  it('tells what changed', async () => {
    const changes = await allOf(await replayed.engine.changes('web', signal))
    expect(changes).toEqual(
      expect.arrayContaining([
        { path: '/bin', kind: 'modified', type: 'unknown' },
        { path: '/bin/false', kind: 'deleted', type: 'unknown' },
        { path: '/srv/made', kind: 'added', type: 'unknown' },
      ]),
    )
    const untouched = await allOf(await replayed.engine.changes('never-started', signal))
    // Podman makes what it mounts over when it makes the container.
    expect(untouched.filter(({ path }) => !path.startsWith('/etc'))).toEqual([])
  })

  it('names images as a person does, those without layers too', async () => {
    const images = await replayed.engine.images({}, signal)
    expect(images.flatMap(({ references }) => references).sort()).toEqual([
      'base:1',
      'empty:1',
      'labels-only:1',
      'registry.example:5000/team/base:2',
    ])
    expect(await replayed.engine.image('base:1', signal)).toMatchObject({
      diffIds: [expect.stringMatching(/^sha256:[0-9a-f]{64}$/)],
      config: { command: ['sh'] },
      architecture: 'amd64',
      os: 'linux',
    })
    const bare = await replayed.engine.image('labels-only:1', signal)
    expect(bare.config.labels).toMatchObject({ only: 'this' })
    expect(bare.diffIds).toEqual([])
    expect((await replayed.engine.image('empty:1', signal)).diffIds).toHaveLength(1)
  })

  it('tells a layer of each directory where it tells any', async () => {
    for (const reference of ['base:1', 'empty:1', 'labels-only:1']) {
      const { diffIds, directories } = await replayed.engine.image(reference, signal)
      if (directories !== undefined) expect(directories).toHaveLength(diffIds.length)
    }
  })

  it('gives a history, oldest step first', async () => {
    for (const reference of ['base:1', 'labels-only:1']) {
      const { steps } = await replayed.engine.history(reference, signal)
      expect(steps).toHaveLength(1)
      expect(steps[0]?.size).toBeGreaterThanOrEqual(0)
    }
  })

  it('keeps message, author and label of a commit, and the name that it is given', async () => {
    const request = { containerId: 'web', message: '', author: '', pause: false, snapshotId }
    const imageId = await replayed.engine.commit(request, signal)
    expect(imageId).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(await replayed.engine.image(imageId, signal)).toMatchObject({
      id: imageId,
      references: [],
      comment: 'Keep "this"\nänd that',
      author: 'A Person <a@example.org>',
      config: { labels: { 'lamina.snapshot': snapshotId } },
    })
    expect(await replayed.engine.images({ snapshotId }, signal)).toMatchObject([
      { id: imageId, references: [], snapshotId },
    ])
    await replayed.engine.tag(imageId, { path: 'snapshot', tag: '1' }, signal)
    expect(await replayed.engine.image('snapshot:1', signal)).toMatchObject({
      id: imageId,
      references: ['snapshot:1'],
    })
    expect((await replayed.engine.history(imageId, signal)).steps).toHaveLength(2)
  })

  it('finds the readers again', async () => {
    const readers = await replayed.engine.readers(signal)
    expect(readers).toMatchObject([{ owner: 'a test' }])
  })

  it('tells in the same words what happened', async () => {
    const happened: string[] = []
    for await (const { type, action } of await replayed.engine.events({}, signal)) {
      happened.push(`${type} ${action}`)
    }
    const inOrder = [
      'container create',
      'container start',
      'container die',
      'container destroy',
      'image untag',
    ]
    expect(happened.filter((one) => inOrder.includes(one))).toEqual(inOrder)
    const { id } = await replayed.engine.container('web', signal)
    const past = await replayed.engine.pastEvents(id, signal)
    expect(past.events.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['create', 'start', 'commit']),
    )
  })

  it('says in the same kinds what it refuses', async () => {
    const { engine } = replayed
    const missing = 'sha256:'.padEnd(71, 'ab')
    const kinds = await Promise.all(
      [
        engine.container('nothing', signal),
        engine.changes('nothing', signal),
        engine.resume('nothing', signal),
        engine.image('nothing:1', signal),
        engine.history('nothing:1', signal),
        engine.image(missing, signal),
        engine.archive('web', '/nothing' as BytePath, signal),
        engine.execute('finished', ['true'], signal),
      ].map((refused) => refused.then(() => 'done', kindOf)),
    )
    expect(kinds).toEqual([...Array<string>(7).fill('not-found'), 'conflict'])
    expect(await engine.archivedPath('web', '/nothing' as BytePath, signal)).toBeUndefined()
  })
})

function kindOf(error: unknown): unknown {
  return (error as { failure?: { kind: string } }).failure?.kind ?? error
}
