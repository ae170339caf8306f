import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bytePath, parentOf, rootPath, type BytePath } from '../../../../electron/core/base/byte-path'
import type { Change, ChangeKind } from '../../../../electron/core/changes/change'
import { failed } from '../../../../electron/core/base/failure'
import type { ContainerDetails } from '../../../../electron/engine/engine'
import { engineRows } from '../../../../electron/session/changes/engine-rows'
import type { HostSession } from '../../../../electron/session/host/host-session'
import { noEngineMade } from '../../../builders/engines/container-details'
import { fakeEngine } from '../../../builders/engines/fake-engine'

const { signal } = new AbortController()
const row = (path: string, kind: ChangeKind): Change => ({ path: bytePath(path), kind, type: 'unknown' })
const engine = fakeEngine({
  tellsTouchedDirectories: true,
  pathStat: () => Promise.reject(failed('not-found', 'nothing is there')),
  archivedPath: () => Promise.reject(failed('not-found', 'nothing is there')),
  readers: () => Promise.resolve([]),
  createReader: () => Promise.reject(failed('engine-failed', 'no readers here')),
})
const container = {
  ...noEngineMade,
  id: 'one',
  mounts: [{ destination: '/srv/mounted' }],
  workingDirectory: '/',
} as unknown as ContainerDetails

/** A session whose host's files are not to be read, which is found out when `known` settles. */
function sessionThat(known: Promise<void> = Promise.resolve()): HostSession {
  const filesOf = async () => {
    await known
    return { works: false, reason: 'not here' }
  }
  return { engine: () => Promise.resolve(engine), filesOf } as unknown as HostSession
}

async function* answerOf(...batches: Change[][]): AsyncGenerator<Change[]> {
  for (const some of batches) yield await Promise.resolve(some)
}

async function rowsOf(session: HostSession, answer: AsyncIterable<Change[]>, own = new Set<BytePath>()) {
  const rows: Change[] = []
  for await (const some of engineRows(session, container, answer, own, signal)) rows.push(...some)
  return rows
}

const inOrder = (rows: readonly Change[]): string[] => rows.map(({ kind, path }) => `${kind} ${path}`).sort()

it('passes on what depends on nothing else while the list still comes', async () => {
  let go: () => void = () => undefined
  const rest = new Promise<void>((resolve) => (go = resolve))
  async function* answer(): AsyncGenerator<Change[]> {
    for (let turn = 0; turn < 20; turn += 1) yield [row(`/early/${turn}`, 'added')]
    await rest
    yield [row('/etc', 'modified'), row('/etc/passwd', 'modified')]
  }
  const rows = engineRows(sessionThat(), container, answer(), new Set(), signal)
  const first = await rows.next()
  expect(first).toMatchObject({ done: false, value: [row('/early/0', 'added')] })
  go()
  const others: Change[] = []
  for await (const some of rows) others.push(...some)
  expect(inOrder(others)).not.toContain('modified /etc')
  expect(inOrder(others)).toContain('modified /etc/passwd')
  expect(others).toHaveLength(20)
})

it('leaves out modified directories that lead to a change, in whatever order and pieces they come', async () => {
  const name = fc.constantFrom('a', 'b', 'caf\xc3\xa9', 'srv', 'mounted')
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`)
  const change = fc.record({ path, kind: fc.constantFrom<ChangeKind>('added', 'modified', 'deleted') })
  const batches = fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(batches, fc.boolean(), async (some, isLate) => {
      const told = some.map((changes) => changes.map(({ path, kind }) => row(path, kind)))
      const leading = new Set<BytePath>()
      for (const one of told.flat())
        for (let at = parentOf(one.path); at !== rootPath; at = parentOf(at)) leading.add(at)
      const expected = told.flat().filter(({ kind, path }) => kind !== 'modified' || !leading.has(path))
      let know: () => void = () => undefined
      const known = new Promise<void>((resolve) => (know = resolve))
      async function* answer(): AsyncGenerator<Change[]> {
        yield* answerOf(...told)
        know()
      }
      if (!isLate) know()
      expect(inOrder(await rowsOf(sessionThat(known), answer()))).toEqual(inOrder(expected))
    }),
  )
})

it('knows what is the engine’s own before it gives it', async () => {
  const own = new Set<BytePath>()
  const told = [row('/srv', 'added'), row('/srv/mounted', 'added'), row('/srv/mine', 'added')]
  const seen: [string, boolean][] = []
  for await (const some of engineRows(sessionThat(), container, answerOf(told), own, signal))
    for (const { path } of some) seen.push([path, own.has(path)])
  expect(new Map(seen)).toEqual(
    new Map([
      ['/srv', true],
      ['/srv/mounted', true],
      ['/srv/mine', false],
    ]),
  )
})

it('fails with what the list fails with, and with what cannot be found out about the container', async () => {
  async function* cut(): AsyncGenerator<Change[]> {
    yield await Promise.resolve([row('/a', 'added')])
    throw failed('connection-lost', 'the list was cut off')
  }
  await expect(rowsOf(sessionThat(), cut())).rejects.toThrow('the list was cut off')
  const lost = Promise.reject(new Error('nothing is known'))
  lost.catch(() => undefined)
  await expect(rowsOf(sessionThat(lost), answerOf([row('/a', 'added')]))).rejects.toThrow('nothing is known')
  // Both at once leaves nothing that nobody hears of.
  await expect(rowsOf(sessionThat(lost), cut())).rejects.toThrow('the list was cut off')
})
