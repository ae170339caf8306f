import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openEngine } from '../../../electron/engine/open/open-engine'
import { containerChanges } from '../../../electron/session/changes/container-changes'
import type { HostSession } from '../../../electron/session/host/host-session'
import { openLocalTransport } from '../../../electron/transport/local/local-transport'
import type { EngineKind } from '../../engines/engine/private-engine'
import type { Expected } from '../rig/expected'
import type { MatrixEngine } from '../rig/matrix-engine'
import { stopContainer } from '../../engines/docker/containers'
import {
  createScript,
  eachScript,
  failures,
  loadOptionImages,
  optionsOn,
  takingMounts,
} from '../rig/run-options'
import { touched } from '../rig/touched'

const { signal } = new AbortController()
const lenses = ['host', 'engine'] as const
/** Engines that are tried with fewer options and states: starting a container is most of the work. */
const olderKinds: readonly EngineKind[] = ['docker-20', 'docker-26-containerd', 'docker-26-vfs', 'podman-4']

/** Containers that were made in every way and that nobody touched have no changes, whatever state they are in. */
export function untouchedTests(kind: EngineKind, expected: Expected, started: () => MatrixEngine): void {
  describe('a container that nobody touched', () => {
    const isNewest = !olderKinds.includes(kind)
    const options = optionsOn(expected.engine, isNewest)
    const names = [...options, takingMounts].map(({ name }) => name)
    const cli = () =>
      expected.engine === 'Podman' ? 'podman' : `docker --host ${started().engine.dockerHost}`
    const run = async (script: string) =>
      failures((await started().engine.host.run(['sh', '-c', script])).stdout)
    const each = async (verb: string) => await run(eachScript(cli(), verb, names))

    beforeAll(async () => {
      await loadOptionImages(started().engine)
    })

    const inTurn = async (...steps: (() => Promise<string[]>)[]) => {
      const failed: string[] = []
      for (const step of steps) failed.push(...(await step()))
      return failed
    }
    const create = async () => await run(createScript(cli(), expected.engine, options))
    const states: readonly [string, () => Promise<string[]>][] = isNewest
      ? [
          ['is created', create],
          ['runs', () => each('start')],
          ['is stopped', () => each('stop')],
          ['was started again', () => each('start')],
        ]
      : [
          ['runs', () => inTurn(create, () => each('start'))],
          [
            'was started again',
            () =>
              inTurn(
                () => each('stop'),
                () => each('start'),
              ),
          ],
        ]
    test.each(states)('has no changes when it %s', async (_, come) => {
      expect(await come()).toEqual([])
      expect(await changesSeen(names)).toEqual({})
    })

    test('has no changes when it is paused', async () => {
      if (!expected.pauses) return
      const some = ['bind-directory', 'under-link']
      expect(await run(eachScript(cli(), 'pause', some))).toEqual([])
      expect(await changesSeen(some)).toEqual({})
      expect(await run(eachScript(cli(), 'unpause', some))).toEqual([])
    })

    test('has no changes in the engine lens where nothing can be seen of the host', async () => {
      const engine = await openEngine(openLocalTransport(), started().engine.socketPath, signal)
      onTestFinished(() => {
        engine.close()
      })
      const session = {
        engine: () => Promise.resolve(engine),
        filesOf: () => Promise.resolve({ works: false, reason: 'not in this test' }),
      } as unknown as HostSession
      const seen: string[] = []
      for (const name of [
        'plain',
        'bind-directory',
        'under-link',
        'under-chain',
        'declared',
        'unknown-user',
        'tmpfs',
      ]) {
        const source = await containerChanges(session, await engine.container(name, signal), 'engine', signal)
        for await (const batch of source.batches)
          for (const change of batch)
            if (!source.isRuntime(change)) seen.push(`${name} ${change.kind} ${change.path}`)
      }
      expect(seen).toEqual([])
    })

    test('has those that somebody makes beside what the engine made', async () => {
      const { docker } = started().engine
      const done = touched(expected.engine)
      await Promise.all(
        done.map(({ name, script }) => docker(['exec', '--user', '0', name, 'sh', '-euc', script])),
      )
      const seen = await changesSeen(done.map(({ name }) => name))
      const wanted = done.flatMap(({ name, rows, told = rows }) => [
        ...(expected.hostLens.works ? [[`${name}, host lens`, rows] as const] : []),
        [`${name}, engine lens`, told] as const,
      ])
      expect(seen).toEqual(Object.fromEntries(wanted.filter(([, rows]) => rows.length > 0)))
    })

    test('keeps nothing of what is mounted, which the review says and content shows', async () => {
      const { hostId, value } = started().ways['on the host itself']
      const name = 'hostname'
      const { docker } = started().engine
      await docker(['exec', name, 'sh', '-c', 'echo "192.0.2.9 added" >>/etc/hosts'])
      const { stdout } = await docker(['exec', name, 'cat', '/etc/hosts'])
      const read = async () => {
        const input = { hostId, containerId: name, path: '/etc/hosts', side: 'upper' } as const
        const { bytes, mounted } = await value('content.read', input)
        return { text: Buffer.from(bytes, 'base64').toString(), mounted: mounted?.destination }
      }
      expect(stdout).toContain('added')
      expect(await read()).toEqual({ text: stdout, mounted: '/etc/hosts' })
      expect(await changesSeen([name])).toEqual({})
      if (expected.hostLens.works || expected.engine === 'Docker') {
        await stopContainer(docker, name)
        expect(await read()).toEqual({ text: stdout, mounted: '/etc/hosts' })
      }
      const review = async (containerId: string) => await value('snapshots.review', { hostId, containerId })
      const { engineFiles } = await review(name)
      expect(engineFiles).toEqual(expect.arrayContaining(['/etc/hosts', '/etc/hostname']))
      const { notIncluded } = await review('tmpfs')
      expect(notIncluded).toEqual([{ type: 'tmpfs', source: '', destination: '/scratch', writable: true }])
    })

    test('has at a link what is mounted where it leads', async () => {
      const { hostId, value } = started().ways['on the host itself']
      const { docker } = started().engine
      await docker(['exec', 'under-link', 'sh', '-c', 'echo kept >/var/run/app/file'])
      const input = { hostId, containerId: 'under-link', path: '/run/app/file', side: 'upper' } as const
      expect(await value('content.read', input)).toMatchObject({
        exists: true,
        bytes: Buffer.from('kept\n').toString('base64'),
        mounted: { type: 'volume', destination: '/var/run/app' },
      })
    })

    /** Paths of changes by the container and the lens that show any. */
    async function changesSeen(of: readonly string[]): Promise<Record<string, readonly string[]>> {
      const { hostId, value } = started().ways['on the host itself']
      const seen: Record<string, readonly string[]> = {}
      for (const lens of expected.hostLens.works ? lenses : (['engine'] as const)) {
        for (const name of of) {
          const { changes, totals } = await value('changes.list', { hostId, containerId: name, lens })
          const paths = changes
            .filter(({ runtime }) => runtime !== true)
            .map(({ kind, path }) => `${kind} ${path}`)
          if (paths.length > 0 || totals.added + totals.modified + totals.deleted > 0)
            seen[`${name}, ${lens} lens`] = paths
        }
      }
      return seen
    }
  })
}
