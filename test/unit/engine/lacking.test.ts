import { describe, expect, it } from 'vitest'
import { allEngineKinds } from '../../engines/engine/private-engine'
import type { RecordedAnswer } from '../../engines/engine/recording-proxy'
import { replayedEngine, type Retouch } from './replayed-engine'
import { allOf } from '../../engines/all-of'

const { signal } = new AbortController()

/** What one of the engine's versions or stores leaves out, or says as null, of one path's answers. */
const lacking: readonly (readonly [what: string, path: RegExp, fields: readonly string[]])[] = [
  ['a list of containers', /^\/containers\/json/, ['Names', 'Labels', 'Mounts', 'Ports', 'NetworkSettings']],
  [
    'a container',
    /^\/containers\/web\/json/,
    [
      'Mounts',
      'GraphDriver',
      'ImageManifestDescriptor',
      'Path',
      'Args',
      'HostConfig',
      'ExecIDs',
      'NetworkSettings',
    ],
  ],
  [
    'a list of images',
    /^\/images\/json/,
    ['RepoTags', 'RepoDigests', 'Labels', 'ParentId', 'VirtualSize', 'Size'],
  ],
  [
    'an image',
    /^\/images\/.*base:1\/json/,
    [
      ...['RepoTags', 'RepoDigests', 'Parent', 'GraphDriver', 'VirtualSize', 'ContainerConfig', 'Container'],
      ...[
        'Comment',
        'Author',
        'Created',
        'Config',
        'Metadata',
        'Architecture',
        'Os',
        'DockerVersion',
        'Size',
      ],
    ],
  ],
  ['a history', /^\/images\/.*base:1\/history/, ['Tags', 'Comment', 'CreatedBy', 'Id', 'Size', 'Created']],
  [
    'what an engine is',
    /^\/info/,
    ['DriverStatus', 'SecurityOptions', 'OperatingSystem', 'Name', 'Rootless', 'OSType'],
  ],
  ['its versions', /^\/version/, ['Components', 'MinAPIVersion', 'ApiVersion', 'Platform']],
]

const cases = lacking.flatMap(([what, path, fields]) => fields.map((field) => [what, field, path] as const))

describe.each(allEngineKinds)('an answer of %s', (kind) => {
  it.each(cases)('is read where %s lacks %s', async (_what, field, path) => {
    for (const change of [without(field), withNull(field)]) {
      const replayed = await replayedEngine(kind, onlyAt(path, change))
      const { engine } = replayed
      try {
        expect((await engine.containers({ all: true }, signal)).length).toBe(3)
        expect((await engine.container('web', signal)).state).toBe('running')
        expect((await engine.images({}, signal)).length).toBe(3)
        expect((await engine.image('base:1', signal)).diffIds).toHaveLength(1)
        expect((await engine.history('base:1', signal)).steps).toHaveLength(1)
        expect((await engine.describe(signal)).engine).toBe(kind.startsWith('podman') ? 'Podman' : 'Docker')
      } finally {
        await replayed.close()
      }
    }
  })

  it('is read where its lists are null', async () => {
    const lists = /^\/(?:containers\/json|images\/json|images\/.*\/history|containers\/web\/changes)/
    const replayed = await replayedEngine(kind, (answer) =>
      lists.test(answer.path) ? { ...answer, body: null } : answer,
    )
    try {
      const { engine } = replayed
      expect(await engine.containers({ all: true }, signal)).toEqual([])
      expect(await engine.readers(signal)).toEqual([])
      expect(await engine.images({}, signal)).toEqual([])
      expect((await engine.history('base:1', signal)).steps).toEqual([])
      expect(await allOf(await engine.changes('web', signal))).toEqual([])
    } finally {
      await replayed.close()
    }
  })
})

function onlyAt(path: RegExp, change: (body: object) => object): Retouch {
  return (answer: RecordedAnswer) => {
    if (!path.test(answer.path) || typeof answer.body !== 'object' || answer.body === null) return answer
    const body = Array.isArray(answer.body) ? (answer.body as object[]).map(change) : change(answer.body)
    return { ...answer, body }
  }
}

function without(field: string): (body: object) => object {
  return (body) => Object.fromEntries(Object.entries(body).filter(([name]) => name !== field))
}

function withNull(field: string): (body: object) => object {
  return (body) => (field in body ? { ...body, [field]: null } : body)
}
