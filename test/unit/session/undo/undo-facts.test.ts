import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import type { ContainerState } from '../../../../electron/core/containers/container'
import { failed } from '../../../../electron/core/base/failure'
import type {
  ArchivedPath,
  ContainerDetails,
  Engine,
  EngineDescription,
} from '../../../../electron/engine/engine'
import { HostSession } from '../../../../electron/session/host/host-session'
import { undoFacts } from '../../../../electron/session/undo/undo-facts'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { CountedRounds } from '../../../builders/engines/counted-rounds'
import { noEngineMade } from '../../../builders/engines/container-details'
import { fakeEngine } from '../../../builders/engines/fake-engine'
import { overlayFolders, type OverlayFolders } from '../../../builders/overlay/overlay-folders'

const { signal } = new AbortController()
const own = `overlay2/${'a'.repeat(64)}/diff`
let folders: OverlayFolders

beforeAll(() => {
  folders = overlayFolders()
  folders.inFolder('low', 'mkdir -p d/e; echo 1 >d/e/f; echo 1 >d/e/gone')
  folders.inFolder('overlay2', `mkdir -p ${own.slice('overlay2/'.length)}`)
  folders.change(own, ['low'], 'echo 22 >d/e/f; echo 3 >d/e/new; rm d/e/gone')
})

afterAll(() => {
  folders.remove()
})

function containerOf(state: ContainerState): ContainerDetails {
  return {
    id: 'web',
    name: 'web',
    image: 'image',
    imageId: 'sha256:1',
    state,
    createdAt: '',
    command: [],
    workingDirectory: '',
    user: '',
    mounts: [],
    ...noEngineMade,
    readOnly: false,
    directories: { ...folders.directories(['low']), upper: `${folders.root}/${own}` },
    raw: '',
  }
}

/** Types of paths by the container that has them; a reader has what the image has. */
type Shown = Readonly<Record<string, ArchivedPath['type']>>

function engineShowing(container: Shown, reader: Shown, some: Partial<Engine> = {}): Engine {
  const archived = (type: ArchivedPath['type']): ArchivedPath => ({
    type,
    size: 1,
    mode: 0o755,
    modifiedAt: 0,
    content: (async function* () {
      // Nothing is read of it.
    })(),
    close: () => Promise.resolve(),
  })
  const description: EngineDescription = {
    engine: 'Docker',
    version: '1',
    apiVersion: '1.41',
    storageDriver: 'overlay2',
    dataRoot: folders.root,
    nativeDiff: true,
    metacopy: false,
    userxattr: false,
    imageStore: 'graph-driver',
    rootless: false,
  }
  return fakeEngine({
    describe: () => Promise.resolve(description),
    readers: () => Promise.resolve([]),
    createReader: () => Promise.resolve('reader'),
    removeReader: () => Promise.resolve(),
    archivedPath: (id, path) => {
      const type = (id === 'reader' ? reader : container)[path]
      return Promise.resolve(type === undefined ? undefined : archived(type))
    },
    execute: () => Promise.resolve({ status: 0, output: Buffer.from('tools\n/\nend\n') }),
    ...some,
  })
}

/** Counts the rounds of finding out, on a host that is known already. */
async function facts(engine: Engine, container: ContainerDetails, path: string) {
  const rounds = new CountedRounds()
  const held = rounds.engine(engine)
  const session = new HostSession('local', rounds.transport(openLocalTransport()), () =>
    Promise.resolve(held),
  )
  await session.description(signal)
  rounds.count = 0
  rounds.asked = 0
  const found = await undoFacts(session, container, bytePath(path), signal)
  return { found, rounds: rounds.count, asked: rounds.asked }
}

const directory = 'directory'
const asShown: Shown = { '/d': directory, '/d/e': directory, '/d/e/f': 'file', '/d/e/new': 'file' }

describe('On the host', () => {
  // The longest way is that to the directory it is in: what leads there, its marks, the directory, its marks, a look at it.
  test.each([
    ['/d/e/f', 'exited', { upper: { size: 3 }, lower: { size: 2 } }, 5],
    ['/d/e/gone', 'exited', { upper: undefined, lower: { size: 2 } }, 5],
    ['/d/e/new', 'exited', { upper: { size: 2 }, lower: undefined }, 5],
    ['/d/e/new', 'running', { tools: { works: true } }, 6],
  ] as const)('the facts of %s (%s) take the rounds of one path', async (path, state, expected, rounds) => {
    const known = await facts(engineShowing(asShown, asShown), containerOf(state), path)
    expect(known.found).toMatchObject({ host: { works: true }, parent: 'directory', ...expected })
    expect(known.rounds).toBe(rounds)
  })
})

describe('Through the engine', () => {
  const unknownPlace = () => {
    const { directories: _, ...container } = containerOf('exited')
    return container
  }

  test('the facts of a path take the rounds of reading its image', async () => {
    const engine = engineShowing(asShown, asShown)
    const { found, rounds } = await facts(engine, unknownPlace(), '/d/e/f')
    expect(found).toMatchObject({ host: { works: false }, parent: 'directory' })
    // Readers that were left, a new one, what it shows, its end.
    expect(rounds).toBe(4)
  })

  test('directories on the way are looked at eight at a time, down to the first that is none', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `/${String(index)}`)
    const above = names.map((_, index) => names.slice(0, index + 1).join(''))
    const shown = Object.fromEntries(above.map((path) => [path, directory] as const))
    const ask = async (container: Shown) => {
      const engine = engineShowing(container, shown)
      return await facts(engine, unknownPlace(), `${above.at(-1) ?? ''}/f`)
    }
    const whole = await ask(shown)
    expect([whole.found.parent, whole.rounds]).toEqual(['directory', 4])
    const linked = await ask({ ...shown, [above[9] ?? '']: 'symlink' })
    expect(linked.found.parent).toBe('other')
    expect(whole.asked - linked.asked).toBe(4)
  })

  test('what is asked below a link may fail, and does not count', async () => {
    const engine = engineShowing({ '/d': 'symlink' }, asShown)
    const archivedPath: Engine['archivedPath'] = (id, path, signal) =>
      id !== 'reader' && path === '/d/e'
        ? Promise.reject(failed('engine-failed', 'It leads nowhere.'))
        : engine.archivedPath(id, path, signal)
    const { found } = await facts({ ...engine, archivedPath }, unknownPlace(), '/d/e/f')
    expect(found.parent).toBe('other')
  })

  test('nothing goes on behind a failure', async () => {
    const said: string[] = []
    const engine = engineShowing(asShown, asShown, {
      archivedPath: (id) =>
        id === 'reader'
          ? Promise.resolve(undefined)
          : Promise.reject(failed('engine-failed', 'It is broken.')),
      removeReader: (id) => {
        said.push(`removed ${id}`)
        return Promise.resolve()
      },
    })
    const asked = facts(engine, unknownPlace(), '/d/e/f').finally(() => said.push('failed'))
    await expect(asked).rejects.toMatchObject({ failure: { kind: 'engine-failed' } })
    expect(said).toEqual(['removed reader', 'failed'])
  })
})
