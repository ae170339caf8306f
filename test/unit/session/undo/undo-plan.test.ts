import { fileTime } from '../../../../electron/hostfs/commands/file-time'
import { describe, expect, test } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import type { ContainerState } from '../../../../electron/core/containers/container'
import { containerTools } from '../../../../electron/session/containers/container-tools'
import { whatDiffers } from '../../../../electron/session/undo/undo'
import type { HostView, UndoFacts, VersionFacts } from '../../../../electron/session/undo/undo-facts'
import { undoPlan } from '../../../../electron/session/undo/undo-plan'
import { fakeEngine, fakeTransport } from '../../../builders/engines/fake-engine'
import { gnuTools } from '../../../builders/tools/gnu-tools'
import { failed } from '../../../../electron/core/base/failure'

const file: VersionFacts = { type: 'file', size: 1, mode: 0o644, uid: 0, gid: 0, modifiedAt: 1000 }
const directory: VersionFacts = { ...file, type: 'directory' }
const noHost: HostView = { works: false, reason: 'Only root may.' }
const tools: UndoFacts['tools'] = { works: true, mounts: [] }

function host(
  own: VersionFacts | 'whiteout' | undefined,
  flags: { hidden?: boolean; opaque?: boolean } = {},
) {
  const { hidden: isHidden = false, opaque: isOpaque = false } = flags
  const whiteout = own === 'whiteout'
  const facts = own === undefined ? undefined : whiteout ? { ...file, mode: 0 } : own
  const stat =
    facts === undefined
      ? undefined
      : { ...facts, uid: 0, gid: 0, whiteout, time: fileTime('0'), device: '0:0' }
  const files = { transport: fakeTransport(), elevated: false, tools: gnuTools }
  return { works: true, files, upper: '/upper', own: { stat, isHidden, isOpaque } } satisfies HostView
}

function facts(some: Partial<UndoFacts>): UndoFacts {
  return {
    path: bytePath('/d/name'),
    state: 'running',
    readOnly: false,
    upper: undefined,
    lower: undefined,
    host: noHost,
    parent: 'directory',
    mounts: ['/proc', '/etc/hosts'],
    ...some,
  }
}

describe('What undoes a change', () => {
  test.each([
    ['a modified file', { upper: file, lower: file }, 'modified', 'restore', 'whole'],
    ['a file that became a directory', { upper: directory, lower: file }, 'modified', 'restore', 'whole'],
    ['a directory', { upper: directory, lower: directory }, 'modified', 'restore', 'own-entry'],
    ['a deleted file', { lower: file }, 'deleted', 'bring-back', 'whole'],
    ['an added directory', { upper: directory, tools }, 'added', 'remove', 'remove'],
    [
      'a replaced directory',
      { upper: directory, lower: directory, host: host(directory, { opaque: true }), tools },
      'modified',
      'restore',
      'replace',
    ],
  ] as const)('%s', (_, some, kind, action, step) => {
    expect(undoPlan(facts(some))).toMatchObject({ kind, action, step, through: 'engine' })
  })

  test('is nothing where the container has the path from its image', () => {
    expect(() => undoPlan(facts({ upper: file, lower: file, host: host(undefined) }))).toThrow(
      /nothing to undo/,
    )
    expect(() => undoPlan(facts({}))).toThrow(/Neither/)
  })
})

describe('A stopped container', () => {
  const stopped = (some: Partial<UndoFacts>) => undoPlan(facts({ state: 'exited', ...some }))

  test.each([
    ['a modified file', { upper: file, lower: file, host: host(file) }],
    ['a deleted file', { lower: file, host: host('whiteout') }],
    ['an added file', { upper: file, host: host(file) }],
    ['an added file in a replaced directory', { upper: file, host: host(file, { hidden: true }) }],
    ['a replaced directory', { upper: directory, lower: directory, host: host(directory, { opaque: true }) }],
    ['what lies below a mount', { upper: file, host: host(file), mounts: ['/d'] }],
  ])('is changed on the host: %s', (_, some) => {
    expect(stopped(some)).toMatchObject({ through: 'host' })
  })

  test.each([
    [
      'a modified file in a replaced directory',
      { upper: file, lower: file, host: host(file, { hidden: true }) },
    ],
    ['a lost child of a replaced directory', { lower: file, host: host(undefined, { hidden: true }) }],
    ["a directory's own entry", { upper: directory, lower: directory, host: host(directory) }],
    ['a file, where the host cannot be read', { upper: file, lower: file }],
  ])('is changed through the engine: %s', (_, some) => {
    expect(stopped(some)).toMatchObject({ through: 'engine' })
  })

  test('keeps an added path where the host cannot be read', () => {
    expect(stopped({ upper: file }).obstacle).toContain('Only root may.')
  })
})

describe('The choice is withdrawn', () => {
  test.each<readonly [string, Partial<UndoFacts>, RegExp]>([
    ['for the root', { path: bytePath(''), upper: directory, lower: directory }, /root directory/],
    [
      'for the root, with the commands that do it',
      { path: bytePath(''), upper: directory, lower: { ...directory, mode: 0o1777, gid: 50 } },
      /root can do it: chown 0:50 \/ && chmod 1777 \/$/,
    ],
    ['below a deleted directory', { lower: file, parent: 'missing' }, /deleted as well/],
    ['below a link', { lower: file, parent: 'other' }, /above it/],
    ['at a mount', { upper: file, lower: file, mounts: ['/d/name'] }, /mounted at \/d\/name/],
    ['below a mount', { upper: file, lower: file, mounts: ['/d/'] }, /mounted at \/d,/],
    ['above a mount', { upper: directory, tools, mounts: ['/d/name/x'] }, /mounted at/],
    ['in a read-only container', { lower: file, readOnly: true }, /read-only/],
    ['for a socket', { lower: { ...file, type: 'socket' } }, /socket/],
    [
      'without a shell',
      { upper: file, tools: { works: false, reason: 'No shell.', mounts: [] } },
      /No shell/,
    ],
    ['while it is paused', { upper: file, state: 'paused' }, /paused/],
  ])('%s', (_, some, reason) => {
    const plan = undoPlan(facts(some))
    expect(plan.obstacle).toMatch(reason)
    expect(plan.through).toBeUndefined()
    expect(plan.effects).toEqual([])
  })

  test.each<ContainerState>(['restarting', 'removing', 'dead', 'unknown'])('while it is %s', (state) => {
    expect(undoPlan(facts({ state, lower: file })).obstacle).toContain(state)
  })

  test("not for a directory's own entry above a mount, nor for a name that only begins alike", () => {
    const own = facts({ upper: directory, lower: directory, mounts: ['/d/name/x'] })
    expect(undoPlan(own)).toMatchObject({ step: 'own-entry', through: 'engine' })
    expect(undoPlan(facts({ lower: file, mounts: ['/d/name2', '/d/nam', '/'] })).through).toBe('engine')
  })
})

test('two versions differ in what an archive keeps', () => {
  expect(whatDiffers(file, { ...file, modifiedAt: 1999 })).toEqual([])
  expect(whatDiffers(undefined, undefined)).toEqual([])
  expect(whatDiffers(file, undefined)).toEqual(['it is still there'])
  expect(whatDiffers({ ...file, mode: 0, uid: 1 }, file)).toEqual(['its mode', 'its owner'])
  expect(whatDiffers({ ...directory, size: 9 }, directory)).toEqual([])
})

describe('Tools of a container', () => {
  const look = (status: number, said: string) =>
    containerTools(
      fakeEngine({ execute: () => Promise.resolve({ status, output: Buffer.from(said) }) }),
      'web',
      new AbortController().signal,
    )

  test('are there with the mounts, whose names may hold anything', async () => {
    expect(await look(0, 'tools\n/\n/a\\040b\n/c\\134\nend\n')).toEqual({
      works: true,
      mounts: ['/', '/a b', '/c\\'],
    })
  })

  test.each([
    [0, 'no-tools\n', /no rm or mv/],
    [126, 'OCI runtime exec failed\r\n', /no shell/],
    [127, '', /no shell/],
  ])('are missing after status %i and %j', async (status, said, reason) => {
    expect(await look(status, said)).toMatchObject({
      works: false,
      reason: expect.stringMatching(reason) as string,
    })
  })

  test('are missing where the engine runs nothing', async () => {
    const engine = fakeEngine({ execute: () => Promise.reject(failed('conflict', 'It is paused.')) })
    expect(await containerTools(engine, 'web', new AbortController().signal)).toMatchObject({
      works: false,
      reason: expect.stringContaining('It is paused.') as string,
    })
  })
})
