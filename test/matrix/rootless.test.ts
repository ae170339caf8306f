import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../builders/lamina-under-test'
import { bytesFromContainer, runInContainer, startContainer } from '../engines/containers'
import { startDebianSshd, type DebianSshd } from '../engines/debian-sshd'
import { buildLayers, importImage } from '../engines/images'
import type { PodmanMounts } from '../engines/podman-config'
import { repository } from '../engines/repository'
import { startRootlessPodman, type RootlessPodman } from '../engines/rootless-podman'
import { inOrder, pathOf, type ListedChange } from '../integration/lenses/listings'
import { naiveChanges, seenFiles, walkScript, type SeenFile } from '../integration/lenses/naive-walk'
import { randomScript } from '../integration/lenses/random-script'
import type { ExpectedRow } from '../integration/lenses/lens-case'

const hidden = 'what is hidden'

/** What layers are made of: deletions and replaced directories in them too. */
const layers = [
  `mkdir -p /r/gone/deep /r/replaced/old /r/own /r/renamed/in /r/mode; echo 1 >/r/gone/deep/file; echo 2 >/r/replaced/old/file
   echo 3 >/r/own/file; chown -R 33:44 /r/own; echo 4 >/r/renamed/in/file; echo 5 >/r/mode/file; echo 6 >/r/deleted; echo 7 >/r/back`,
  `rm -r /r/gone; mkdir /r/gone; echo 8 >/r/gone/new; rm /r/back; echo 9 >/r/.opq; echo 10 >/r/same`,
]
const changes = `cd /r; rm -r gone replaced; mkdir replaced; echo a >replaced/new; rm deleted .opq; mv renamed moved; chmod 700 mode
mkdir -m 700 private; echo s >private/secret; chmod 600 private/secret; chown -R 5:6 private; echo more >>own/file; chmod 600 own/file
mkdir back; echo b >back/in; ln -s nowhere link; mkfifo pipe; echo n >"$(printf 'caf\\351')"; chown 1000:1000 same`

describe.each(['kernel', 'fuse-overlayfs'] as const)(
  'rootless Podman whose mounts are made by %s',
  (mounts) => {
    const { podman, lamina, overSsh, listed, aContainer } = onRootless(mounts)

    test.each([
      [hidden, layers, changes],
      ['random operations', [1, 2].map((seed) => randomScript(4000 + seed, 120)), randomScript(4003, 200)],
    ])('has what a naive walk in its namespace sees: %s', async (what, scripts, script) => {
      const { name, before, after } = await aContainer(what, scripts, script)
      const host = await listed('local', name, 'host')
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
        // Names that are not UTF-8 come from the engine mangled, and of a replaced directory Podman tells that it was deleted.
        const engines = rows(await listed('local', name, 'engine'))
        const others = without(engines, rows(host)).filter(({ path }) => !/caf|replaced/.test(path))
        expect(others.filter(({ kind }) => kind !== 'modified')).toEqual([])
      }
      // As the user over SSH, and as root over SSH, it is the same, fact by fact.
      for (const user of [podman().user, 'root'])
        expect(await listed(await overSsh(user), name, 'host')).toEqual(host)
    })

    test('knows what was lost with a directory, as all layers show it together', async () => {
      const { name, before } = await aContainer(hidden, layers, changes)
      for (const path of ['/r/gone', '/r/replaced']) {
        const { rows } = await lamina().value('changes.lost', { hostId: 'local', containerId: name, path })
        // Podman's builds through fuse-overlayfs leave deletions out, so that the image has what its last step deleted.
        const below = [...before.keys()].filter((one) => one.startsWith(`${path}/`)).sort()
        expect(rows.map((row) => row.path)).toEqual(below)
      }
    })

    test('reads what nobody but the container may read', async () => {
      const { name } = await aContainer(hidden, layers, changes)
      const hostId = await overSsh(podman().user)
      const read = async (path: string, side: 'upper' | 'lower') =>
        await lamina().value('content.read', { hostId, containerId: name, path, side, lens: 'host' })
      expect(await read('/r/private/secret', 'upper')).toMatchObject({ through: 'host', uid: 5, gid: 6 })
      expect(await read('/r/own/file', 'lower')).toMatchObject({ through: 'host', uid: 33, gid: 44, size: 2 })
    })

    test('is read by its user on the machine itself', async () => {
      const { name, before, after } = await aContainer(hidden, layers, changes)
      const call = 'cd "$0" && exec node --import tsx electron/cli/lamina.ts call changes.list "$1"'
      const input = JSON.stringify({ hostId: 'local', containerId: name, lens: 'host' })
      const environment = [`DOCKER_HOST=${podman().dockerHost}`, `LAMINA_DATA_DIR=${podman().home}/lamina`]
      const { stdout } = await podman().run(['env', ...environment, 'sh', '-c', call, repository, input])
      const { value } = JSON.parse(stdout) as { value: { changes: ListedChange[] } }
      expect(without(inOrder(naiveChanges(before, after)), rows(below(value.changes)))).toEqual([])
    })
  },
)

describe('another user of the host', () => {
  const { podman, lamina, overSsh, aContainer } = onRootless('kernel')

  test('is told whose engine it is, and has the engine lens', async () => {
    const { name } = await aContainer(hidden, layers, changes)
    await podman().host.run(['useradd', '--create-home', '--password', '*', 'eve'])
    await podman().host.run(['chmod', '666', podman().socketPath])
    const input = { hostId: await overSsh('eve'), containerId: name }
    const { lens, reason } = await lamina().value('changes.list', input)
    expect({ lens, reason }).toMatchObject({
      lens: 'engine',
      reason: expect.stringMatching(/without root.*"eve"/) as string,
    })
    expect((await lamina().failure('changes.list', { ...input, lens: 'host' })).kind).toBe('lens-unavailable')
  })

  test('who may use sudo reads as the owner', async () => {
    const { name } = await aContainer(hidden, layers, changes)
    await podman().host.run(['useradd', '--create-home', '--password', '*', 'olga'])
    await podman().host.run(['chmod', '666', podman().socketPath])
    await podman().host.run(['tee', '/etc/sudoers.d/olga'], { input: 'olga ALL=(root) NOPASSWD: /bin/sh\n' })
    const input = { containerId: name, lens: 'host' as const }
    const theirs = await lamina().value('changes.list', { ...input, hostId: await overSsh('olga') })
    expect(theirs.changes).toEqual(
      (await lamina().value('changes.list', { ...input, hostId: 'local' })).changes,
    )
  })
})

const below = (all: readonly ListedChange[]) => all.filter((change) => pathOf(change).startsWith('/r/'))
const rows = (all: readonly ListedChange[]): ExpectedRow[] =>
  inOrder(all.map((change) => ({ kind: change.kind, path: pathOf(change) })))
const without = (all: readonly ExpectedRow[], some: readonly ExpectedRow[]): ExpectedRow[] =>
  all.filter((row) => !some.some(({ kind, path }) => kind === row.kind && path === row.path))

interface Walked {
  readonly name: string
  readonly before: Map<string, SeenFile>
  readonly after: Map<string, SeenFile>
}

/** A rootless Podman for the tests of one block, with a Lamina that reaches it as root of this machine and over SSH as anybody. */
function onRootless(mounts: PodmanMounts) {
  let podman: RootlessPodman
  let lamina: LaminaUnderTest
  let sshd: DebianSshd
  const containers = new Map<string, Promise<Walked>>()

  beforeAll(async () => {
    podman = await startRootlessPodman(mounts)
    lamina = await laminaUnderTest(podman)
    sshd = await startDebianSshd(podman.host)
    await importImage(podman.docker, 'base:1')
  })
  afterAll(async () => {
    await lamina.close()
    await podman.stop()
  })

  async function overSsh(user: string): Promise<string> {
    const { identityFile, knownHostsFile } = sshd
    const host = sshd.address(user, podman.socketPath)
    return (await lamina.value('hosts.connect', { host, identityFile, knownHostsFile })).hostId
  }

  return {
    podman: () => podman,
    lamina: () => lamina,
    overSsh,
    async listed(hostId: string, containerId: string, lens: 'host' | 'engine'): Promise<ListedChange[]> {
      return below((await lamina.value('changes.list', { hostId, containerId, lens })).changes)
    },
    aContainer,
  }

  /** Made when it is first wanted. */
  function aContainer(what: string, scripts: readonly string[], script: string): Promise<Walked> {
    const made = containers.get(what) ?? walked(what.replaceAll(' ', '-'), scripts, script)
    containers.set(what, made)
    return made
  }

  async function walked(name: string, scripts: readonly string[], script: string): Promise<Walked> {
    const image = `${name}-image:1`
    await buildLayers(podman.docker, image, 'base:1', scripts)
    await startContainer(podman.docker, { name, image })
    const before = seenFiles(await bytesFromContainer(podman.docker, name, walkScript))
    await runInContainer(podman.docker, name, script)
    const after = seenFiles(await bytesFromContainer(podman.docker, name, walkScript))
    return { name, before, after }
  }
}
