import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BytePath } from '../../../../electron/core/base/byte-path'
import type { CommitRequest, Engine } from '../../../../electron/engine/engine'
import { openEngine } from '../../../../electron/engine/open/open-engine'
import { tarEntries } from '../../../../electron/engine/tar/tar-entries'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { runInContainer, startContainer } from '../../../engines/docker/containers'
import { importImage } from '../../../engines/images/images'
import type { PrivateEngine } from '../../../engines/engine/private-engine'
import { eventually } from '../../../engines/wait'
import type { MatrixEngine } from '../../rig/matrix-engine'

const { signal } = new AbortController()
const snapshotId = 'a6d0c3f2-3b5e-4f53-8a35-0f9e2c7b1d44'

/** What Podman does in a way of its own; what all engines do alike is held by the suite over all of them. */
export function podmanTests(started: () => MatrixEngine): void {
  describe('in a way of its own', () => {
    let host: PrivateEngine
    let engine: Engine

    beforeAll(async () => {
      host = started().engine
      engine = await openEngine(openLocalTransport(), host.socketPath, signal)
      await importImage(host.docker, 'base:1')
      await startContainer(host.docker, { name: 'web', image: 'base:1' })
      await runInContainer(
        host.docker,
        'web',
        `mkdir -p /data/inner /other
       echo one >/data/file; chown 5:6 /data/file; chmod 4755 /data/file
       ln /data/file /other/same; chown 7:8 /data/inner
       ln -s file /data/link; chown -h 9:10 /data/link
       ln -s /nowhere /data/dangling; ln -s loop /data/loop; ln -s data /above`,
      )
    })
    afterAll(() => {
      engine.close()
    })

    const committing = (choices: Partial<CommitRequest> = {}): CommitRequest => ({
      containerId: 'web',
      message: 'Keep "this"\nänd that',
      author: 'A Person <a@example.org>',
      pause: false,
      snapshotId,
      ...choices,
    })

    it('keeps message, author and label of a commit', async () => {
      const imageId = await engine.commit(committing(), signal)
      expect(await engine.image(imageId, signal)).toMatchObject({
        id: imageId,
        comment: 'Keep "this"\nänd that',
        author: 'A Person <a@example.org>',
        config: { labels: { 'lamina.snapshot': snapshotId } },
      })
      expect(await engine.images({ snapshotId }, signal)).toMatchObject([{ id: imageId }])
    })

    it('makes nothing of a container that it cannot pause', async () => {
      // On this host containers have no cgroups, without which there is no pause.
      const other = { snapshotId: 'c1f2d7a4-55b3-4a0e-9f0d-3f8a1be0c2aa' }
      await expect(engine.commit(committing({ ...other, pause: true }), signal)).rejects.toMatchObject({
        failure: { kind: 'engine-failed', message: expect.stringContaining('pausing container') as string },
      })
      expect(await engine.images(other, signal)).toEqual([])
      expect(engine.commitProvesPause).toBe(true)
    })

    it('finds an image by the names that it was given', async () => {
      const named = { snapshotId: 'd2b2f7c4-6f0f-4a43-9a5a-0f3a55d0b7e1' }
      const imageId = await engine.commit(committing(named), signal)
      const names = [{ path: 'kept' }, { path: 'team/kept' }, { domain: 'localhost', path: 'kept' }]
      for (const name of names) await engine.tag(imageId, { ...name, tag: '1' }, signal)
      const { references } = await engine.image(imageId, signal)
      expect([...references].sort()).toEqual(['kept:1', 'localhost/kept:1', 'team/kept:1'])
      for (const reference of references) expect((await engine.image(reference, signal)).id).toBe(imageId)
    })

    it.each([
      ['/data/link', 'file'],
      ['/data/dangling', '/nowhere'],
      ['/data/loop', 'loop'],
      ['/above', 'data'],
    ])('archives the link %s and not what it leads to', async (path, target) => {
      const found = await engine.archivedPath('web', path as BytePath, signal)
      const parts: Buffer[] = []
      for await (const part of found?.content ?? []) parts.push(part)
      await found?.close()
      expect(found).toMatchObject({ type: 'symlink', size: target.length })
      expect(Buffer.concat(parts).toString()).toBe(target)
    })

    it('tells no owner of a single path, because its archives know none', async () => {
      const found = await engine.archivedPath('web', '/data/file' as BytePath, signal)
      await found?.close()
      expect(found).toMatchObject({ type: 'file', mode: 0o4755 })
      expect(found).not.toHaveProperty('uid')
    })

    it('archives everything with its owner', async () => {
      expect(await entriesOf('/data')).toEqual([
        'data 0:0',
        'data/dangling 0:0',
        'data/file 5:6',
        'data/inner 7:8',
        'data/link 9:10',
        'data/loop 0:0',
      ])
      expect(await entriesOf('/other/same')).toEqual(['same 5:6'])
      expect(await entriesOf('/data/link')).toEqual(['link 9:10'])
      expect(await entriesOf('')).toEqual(expect.arrayContaining(['data/file 5:6', 'other/same 5:6']))
    })

    it('unpacks in no directory that is not there', async () => {
      const tar = await engine.archive('web', '/data/file' as BytePath, signal)
      await expect(engine.unpack('web', '/absent' as BytePath, tar, signal)).rejects.toMatchObject({
        failure: { kind: 'not-found' },
      })
      expect(await engine.archivedPath('web', '/absent' as BytePath, signal)).toBeUndefined()
    })

    it('tells what happened in the words that Docker has for it', async () => {
      const watching = new AbortController()
      const events = await engine.events({}, watching.signal)
      const heard: string[] = []
      const listening = (async () => {
        for await (const { type, action } of events) heard.push(`${type} ${action}`)
      })()
      // Podman begins its answer before it follows what happens: until something is heard, what happens may be missed.
      await eventually(
        async () => {
          await runInContainer(host.docker, 'web', 'true')
          return heard.length > 0
        },
        { every: 200, what: 'the first event' },
      )
      await startContainer(host.docker, { name: 'passing', image: 'base:1', command: ['true'] })
      await host.docker(['rm', '--force', 'passing'])
      await expect
        .poll(() => heard)
        .toEqual(expect.arrayContaining(['container die', 'container destroy', 'container exec_die']))
      watching.abort()
      await listening
      expect(heard).toEqual(expect.arrayContaining(['container create', 'container start']))
      expect(heard.filter((one) => /remove|died$/.test(one))).toEqual([])
    })

    it('remembers what has just happened', async () => {
      const { id } = await engine.container('web', signal)
      await runInContainer(host.docker, 'web', 'true')
      const last = async () => (await engine.pastEvents(id, signal)).events.at(-1)?.action
      await expect.poll(last).toBe('exec_die')
    })

    async function entriesOf(path: string): Promise<string[]> {
      const entries: string[] = []
      for await (const { header } of tarEntries(await engine.archive('web', path as BytePath, signal)))
        entries.push(`${header.name.replace(/\/$/, '')} ${String(header.uid)}:${String(header.gid)}`)
      return entries.sort()
    }
  })
}
