import type { Lens } from '../../../../electron/core/changes/change'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../../builders/lamina-under-test'
import { runInContainer, stopContainer } from '../../../engines/docker/containers'
import type { DebianHost } from '../../../engines/debian/debian-host'
import { startDebianSshd } from '../../../engines/debian/debian-sshd'
import type { DockerCli } from '../../../engines/docker/docker-cli'
import { imageArchive, loadImage } from '../../../engines/images/loaded-image'
import type { CommandResult } from '../../../engines/run-command'
import { eventually } from '../../../engines/wait'
import { openedAgainst } from '../../../integration/against/compared'
import type { ListedChange } from '../../../integration/lenses/listings'

/** An engine whose containers have user namespaces of their own. */
export interface MappingEngine {
  readonly host: DebianHost
  readonly socketPath: string
  readonly dockerHost: string
  readonly docker: DockerCli
  /** Starts a container with these flags of the engine's own `run`. */
  run(name: string, flags: readonly string[]): Promise<unknown>
  stop(): Promise<void>
}

/** How a container is started, and what differs with that. */
export interface MappingCase {
  readonly name: string
  readonly flags: readonly string[]
  /** Whether root in the container is root of the engine too. */
  readonly isRootOfEngine?: true
  /** Rows that the engine makes in every container of this kind by itself. */
  readonly madeByEngine?: RegExp
  /**
   * What is kept of its owners: `host` as the host numbers them (Podman, where the kernel shows the image's with other owners), `none` where
   * the engine leaves out whatever its own namespace has no number for, `refused` where it then makes no image at all.
   */
  readonly snapshot?: 'right' | 'host' | 'none' | 'refused'
  /** The mount program's layers are not compared with others on the host. */
  readonly lenses?: readonly Lens[]
}

const image = 'lamina-test/owners:1'
const layers = [
  `mkdir -p etc/x w/d w/own; echo 1 >etc/x/f; echo 2 >w/a; chown 33:44 w/a; echo 3 >w/b; chown 50:60 w/b; chmod 750 w/b; chown -R 70:71 w/own
   echo 4 >w/own/in; echo 5 >w/gone; ln -s a w/link; chown -h 33:44 w/link; echo 6 >w/root`,
  `mkdir -p w/own; chmod 750 w/own; chown 70:71 w/own; echo 7 >w/second; chown 33:44 w/second; echo 8 >w/cap`,
]
const changes = `cd /w; chown 5:6 a; chmod 700 b; rm gone; mkdir -m 711 new; echo n >new/n; chown -R 8:9 new; echo more >>second; chmod 755 own
chown 0:0 link -h; echo x >own/added`

/** Facts of paths as the container itself sees them: `MODE UID GID`. */
const lookScript = `find /w -mindepth 1 -exec stat -c '%n %a %u %g' {} +`

/** cap_net_raw+ep, revision 2: include/uapi/linux/capability.h. Set in the container's user namespace it becomes revision 3. */
const netRaw = '0x0100000200200000000000000000000000000000'
/** user::rw- user:1234:r-- group::r-- mask::r-- other::r--, include/uapi/linux/posix_acl_xattr.h. */
const acl = '0x0200000001000600ffffffff02000400d204000004000400ffffffff10000400ffffffff20000400ffffffff'

/** Owners, modes and attributes are what a container sees, however its engine keeps them. */
export function ownerTests(start: () => Promise<MappingEngine>, cases: readonly MappingCase[]): void {
  let engine: MappingEngine
  let lamina: LaminaUnderTest
  let hostId: string

  beforeAll(async () => {
    engine = await start()
    lamina = await laminaUnderTest(engine)
    const { address, identityFile, knownHostsFile } = await startDebianSshd(engine.host)
    const host = address('root', engine.socketPath)
    hostId = (await lamina.value('hosts.connect', { host, identityFile, knownHostsFile })).hostId
    await loadImage(
      engine.docker,
      await imageArchive(
        image,
        layers.map((script) => ({ script })),
      ),
    )
  })
  afterAll(async () => {
    await lamina.close()
    await engine.stop()
  })

  describe.each(cases)(
    'in $name',
    ({ flags, madeByEngine, isRootOfEngine = false, snapshot = 'right', lenses = ['host', 'engine'] }) => {
      const containerId = `c${String(cases.findIndex((one) => one.flags === flags))}`
      const pristine = `${containerId}-pristine`
      let before: Map<string, string>
      let after: Map<string, string>

      beforeAll(async () => {
        await engine.run(pristine, flags)
        await engine.run(containerId, flags)
        before = await seen()
        await runInContainer(engine.docker, containerId, changes)
        after = await seen()
      })

      const seen = async (name = containerId) => {
        const lines = (await runInContainer(engine.docker, name, lookScript)).trim().split('\n')
        return new Map(lines.map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]))
      }
      const listed = async (name: string): Promise<readonly ListedChange[]> =>
        (await lamina.value('changes.list', { hostId, containerId: name, lens: 'host' })).changes
      const told = (facts: Partial<Record<'mode' | 'uid' | 'gid', number | undefined>> | undefined) =>
        facts && `${facts.mode?.toString(8) ?? ''} ${String(facts.uid)} ${String(facts.gid)}`
      const describe = (path: string) =>
        lamina.value('changes.describe', { hostId, containerId, path, lens: 'host' })
      const setAttribute = async (name: string, value: string, path: string): Promise<CommandResult> => {
        const pid = (
          await engine.docker(['inspect', '--format', '{{.State.Pid}}', containerId])
        ).stdout.trim()
        const enter = isRootOfEngine ? [] : ['nsenter', '--target', pid, '--user', '--']
        return await engine.host.run([
          ...enter,
          'setfattr',
          '-n',
          name,
          '-v',
          value,
          `/proc/${pid}/root${path}`,
        ])
      }
      const undone = async (path: string, action: 'restore' | 'remove' | 'bring-back') =>
        (await lamina.value('undo.apply', { hostId, containerId, path, action })).through

      /** What ends a container may leave its layer mounted for a moment. */
      const notInUse = async (work: () => Promise<unknown>) =>
        await eventually(async () => {
          const failure = await work().then(
            () => undefined,
            (error: unknown) => error as Error,
          )
          if (failure !== undefined && !failure.message.includes('layer is in use')) throw failure
          return failure === undefined
        })

      test('an untouched container has no changes', async () => {
        const rows = (await listed(pristine)).map(({ kind, path }) => `${kind} ${path}`)
        expect(rows.filter((row) => madeByEngine?.test(row) !== true)).toEqual([])
      })

      test.each(['running', 'stopped'])(
        'rows and both versions have the owners that it sees while it is %s',
        async (state) => {
          if (state === 'stopped') await stopContainer(engine.docker, containerId)
          const rows = (await listed(containerId)).filter(({ path }) => path.startsWith('/w'))
          expect(rows.map(({ kind, path }) => `${kind} ${path}`).sort()).toEqual([
            'added /w/new',
            'added /w/new/n',
            'added /w/own/added',
            'deleted /w/gone',
            'modified /w/a',
            'modified /w/b',
            'modified /w/link',
            'modified /w/own',
            'modified /w/second',
          ])
          for (const row of rows)
            expect([row.path, told(row)]).toEqual([
              row.path,
              (row.kind === 'deleted' ? before : after).get(row.path),
            ])
          const aspects = new Map(rows.map(({ path, aspects }) => [path, aspects]))
          // A mount program copies times in other units.
          const besideTime = (path: string) => aspects.get(path)?.filter((aspect) => aspect !== 'time')
          expect(besideTime('/w/a')).toEqual(['owner'])
          expect(besideTime('/w/b')).toEqual(['mode'])
          // What keeps owners in attributes keeps none of links.
          expect(besideTime('/w/link')).toEqual(
            after.get('/w/link') === before.get('/w/link') ? [] : ['owner'],
          )
          expect(aspects.get('/w/second')).toEqual(expect.not.arrayContaining(['owner']))
          for (const path of ['/w/a', '/w/b', '/w/own', '/w/second', '/w/gone', '/w/root']) {
            const { upper, lower } = await describe(path)
            expect([path, told(upper), told(lower)]).toEqual([path, after.get(path), before.get(path)])
            const content = { hostId, containerId, path, side: 'lower', lens: 'host' } as const
            expect(told(await lamina.value('content.read', content))).toBe(before.get(path))
          }
          if (state === 'stopped') await engine.docker(['start', containerId])
        },
      )

      test('what the kernel keeps with ids in it has those of the container', async () => {
        await setAttribute('security.capability', netRaw, '/w/cap')
        await setAttribute('system.posix_acl_access', acl, '/w/root')
        expect((await describe('/w/cap')).upper?.attributes).toMatchObject([
          { name: 'security.capability', meaning: 'cap_net_raw=ep' },
        ])
        const value = Buffer.from(acl.slice(2), 'hex').toString('base64')
        expect((await describe('/w/root')).upper?.attributes).toMatchObject([
          { name: 'system.posix_acl_access', value },
        ])
      })

      test('undoing is done, and seen to be done, while it runs', async () => {
        await undone('/w/a', 'restore')
        await undone('/w/gone', 'bring-back')
        await undone('/w/root', 'restore')
        const now = await seen()
        for (const path of ['/w/a', '/w/gone', '/w/root'])
          expect([path, now.get(path)]).toEqual([path, before.get(path)])
      })

      test('undoing is done, and seen to be done, when it is stopped', async () => {
        const name = `${containerId}-stopped`
        await engine.run(name, flags)
        await runInContainer(engine.docker, name, changes)
        await stopContainer(engine.docker, name)
        for (const path of ['/w/a', '/w/second'])
          await notInUse(() =>
            lamina.value('undo.apply', { hostId, containerId: name, path, action: 'restore' }),
          )
        await engine.docker(['start', name])
        const now = await seen(name)
        for (const path of ['/w/a', '/w/second'])
          expect([path, now.get(path)]).toEqual([path, before.get(path)])
      })

      test('is held against its own snapshot, of which it is said before what it will not hold', async () => {
        const reference = `lamina-test/${containerId}:kept`
        const keep = { hostId, containerId, reference, message: '', author: '', pause: false }
        const { willDiffer } = await lamina.value('snapshots.review', { hostId, containerId })
        const reasons = willDiffer.map(({ reason }) => reason).filter((reason) => reason.startsWith('owner'))
        const unmapped = ['owner-unmapped']
        const expected = { right: [], host: ['owner-of-host'], none: unmapped, refused: unmapped }
        expect(reasons).toEqual(expected[snapshot])
        if (snapshot === 'refused') {
          const { message } = await lamina.failure('snapshots.commit', keep)
          expect(message).toContain('cannot be mapped')
          return
        }
        const { verified } = await lamina.value('snapshots.commit', keep)
        const below = (paths: readonly { path: string }[]) =>
          paths.map(({ path }) => path).filter((path) => path.startsWith('/w'))
        const lacking = { missing: below(verified.missing), different: below(verified.different) }
        if (snapshot === 'right') expect(lacking).toEqual({ missing: [], different: [] })
        else if (snapshot === 'host')
          expect(lacking.different).toEqual(expect.arrayContaining(['/w/new', '/w/new/n']))
        else expect(lacking.missing).toEqual(expect.arrayContaining(['/w/new', '/w/new/n']))
        if (snapshot === 'none') return
        const otherwise = async (lens: Lens) => {
          const { rows } = await openedAgainst(lamina, { hostId, containerId, against: reference, lens })
          return rows.map(({ path }) => path).filter((path) => path.startsWith('/w'))
        }
        for (const lens of lenses) {
          const rows = await otherwise(lens)
          if (snapshot === 'right') expect([lens, rows]).toEqual([lens, []])
          else expect([lens, rows]).toEqual([lens, expect.arrayContaining(['/w/new', '/w/new/n'])])
        }
        await runInContainer(engine.docker, containerId, 'chown 11:12 /w/d')
        for (const lens of lenses)
          expect([lens, await otherwise(lens)]).toEqual([lens, expect.arrayContaining(['/w/d'])])
      })
    },
  )
}
