import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { inOrder, pathOf, type ListedChange } from '../../../integration/lenses/listings'
import { naiveChanges } from '../../../integration/lenses/naive-walk'
import { randomScript } from '../../../integration/lenses/random-script'
import { below, changes, hidden, layers, rows, without, type OnRootless } from '../../rig/on-rootless'

const repository = fileURLToPath(new URL('../../../..', import.meta.url))

/** What differs between the engines that users run. */
export interface RootlessExpected {
  /** Paths below /r of which the engine itself tells something else, and why that is so. */
  readonly engineTellsOtherwise: RegExp
  /** Whether the engine says where its layers are; else they are found where its processes are, which is inside its host. */
  readonly tellsDirectories: boolean
  /** The engine's address as the user's own machine has it; nothing where the engine is found without. */
  dockerHost(): string | undefined
}

/** What happens in a container: to what layers are made of, and then. */
type Case = readonly [what: string, layers: readonly string[], changes: string]

export const hiddenCase: Case = [hidden, layers, changes]
export const randomCase: Case = [
  'random operations',
  [1, 2].map((seed) => randomScript(4000 + seed, 120)),
  randomScript(4003, 200),
]

/** What the host lens lists, as root of the machine, as the engine's user and as root over SSH. */
export function walkTests(
  { engine, overSsh, listed, aContainer }: OnRootless,
  { engineTellsOtherwise, tellsDirectories }: RootlessExpected,
  cases: readonly Case[],
): void {
  const asRoot = async () => (tellsDirectories ? 'local' : await overSsh('root'))

  test.each(cases)('has what a naive walk in its namespace sees: %s', async (what, scripts, script) => {
    const { name, before, after } = await aContainer(what, scripts, script)
    const host = await listed(await asRoot(), name, 'host')
    const naive = inOrder(naiveChanges(before, after))
    expect(naive.length).toBeGreaterThan(3)
    expect(without(naive, rows(host))).toEqual([])
    for (const { kind, path } of without(rows(host), naive)) {
      // A file that came out as it was is in the upper layer all the same.
      expect({ path, kind }).toEqual({ path, kind: 'modified' })
      expect(after.get(path)?.type).not.toBe('directory')
    }
    for (const change of host) {
      const seen = (change.kind === 'deleted' ? before : after).get(pathOf(change))
      expect(change.mode?.toString(8)).toBe(seen?.mode)
      expect(`${String(change.uid)}:${String(change.gid)}`).toBe(seen?.owner)
      if (change.type === 'file') expect(change.size).toBe(seen?.size)
    }
    if (what === hidden) {
      const engines = rows(await listed(await asRoot(), name, 'engine'))
      const others = without(engines, rows(host)).filter(({ path }) => !engineTellsOtherwise.test(path))
      expect(others.filter(({ kind }) => kind !== 'modified')).toEqual([])
    }
    // As the user over SSH, and as root over SSH, it is the same, fact by fact.
    for (const user of [engine().user, 'root'])
      expect(await listed(await overSsh(user), name, 'host')).toEqual(host)
  })
}

/** What else is read of an engine that a user runs. */
export function readingTests(
  { engine, lamina, overSsh, aContainer }: OnRootless,
  { dockerHost }: RootlessExpected,
): void {
  test('knows what was lost with a directory, as all layers show it together', async () => {
    const { name, before } = await aContainer(hidden, layers, changes)
    for (const path of ['/r/gone', '/r/replaced']) {
      const input = { hostId: await overSsh('root'), containerId: name, path }
      const { rows } = await lamina().value('changes.lost', input)
      // Podman's builds through fuse-overlayfs leave deletions out, so that the image has what its last step deleted.
      const below = [...before.keys()].filter((one) => one.startsWith(`${path}/`)).sort()
      expect(rows.map((row) => row.path)).toEqual(below)
    }
  })

  test('reads what nobody but the container may read', async () => {
    const { name } = await aContainer(hidden, layers, changes)
    const hostId = await overSsh(engine().user)
    const read = async (path: string, side: 'upper' | 'lower') =>
      await lamina().value('content.read', { hostId, containerId: name, path, side, lens: 'host' })
    expect(await read('/r/private/secret', 'upper')).toMatchObject({ through: 'host', uid: 5, gid: 6 })
    expect(await read('/r/own/file', 'lower')).toMatchObject({ through: 'host', uid: 33, gid: 44, size: 2 })
  })

  test('is read by its user on the machine itself', async () => {
    const { name, before, after } = await aContainer(hidden, layers, changes)
    const call = 'cd "$0" && exec node --import tsx electron/cli/lamina.ts call changes.list "$1"'
    const input = JSON.stringify({ hostId: 'local', containerId: name, lens: 'host' })
    const address = dockerHost()
    const environment = [
      ...(address === undefined ? [] : [`DOCKER_HOST=${address}`]),
      `LAMINA_DATA_DIR=${engine().home}/lamina`,
    ]
    const { stdout } = await engine().run(['env', ...environment, 'sh', '-c', call, repository, input])
    const { value } = JSON.parse(stdout) as { value: { changes: ListedChange[] } }
    expect(without(inOrder(naiveChanges(before, after)), rows(below(value.changes)))).toEqual([])
  })
}
