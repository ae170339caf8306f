import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../../builders/lamina-under-test'
import {
  removeContainers,
  runInContainer,
  startContainer,
  stopContainer,
} from '../../../engines/docker/containers'
import { engineProxy, forbidden, type EngineProxy } from '../../../engines/engine/engine-proxy'
import { imageArchive, loadImage } from '../../../engines/images/loaded-image'
import { uniqueName } from '../../../engines/docker/shared-engine'
import type { MatrixEngine } from '../../rig/matrix-engine'

const name = 'lamina-test/replaced:1'
const image = `localhost/${name}`
const lowest = 'mkdir -p w/d; echo one > w/x; echo f > w/d/f; ln -s x w/l'

/** What Podman never lists, since it looks in the image below what is a file there (measured with 4.3 and 5.4). */
const replacements: readonly (readonly [
  what: string,
  script: string,
  changes: Readonly<Record<string, string>>,
])[] = [
  ['a file', 'rm /w/x; mkdir /w/x; echo 22 > /w/x/in', { '/w/x': 'modified', '/w/x/in': 'added' }],
  ['a link', 'rm /w/l; mkdir /w/l; echo 22 > /w/l/in', { '/w/l': 'modified', '/w/l/in': 'added' }],
  [
    'a file far above and another',
    'rm /w/x; mkdir -p /w/x/y/z; rm /w/d/f; mkdir /w/d/f',
    { '/w/d/f': 'modified', '/w/x': 'modified', '/w/x/y': 'added', '/w/x/y/z': 'added' },
  ],
]

/** A directory with something in it that took the place of a file, without the host lens. */
export function replacedFilesTests(started: () => MatrixEngine): void {
  describe('without the host lens a directory in the place of', () => {
    let proxy: EngineProxy
    let lamina: LaminaUnderTest
    beforeAll(async () => {
      const { engine } = started()
      await loadImage(engine.docker, await imageArchive(name, [{ script: lowest }]))
      proxy = await engineProxy(engine.socketPath)
      // Without it nothing says where the layers are.
      proxy.interfere(/\/info/, forbidden)
      lamina = await laminaUnderTest(proxy)
    })
    afterAll(async () => {
      await lamina.close()
      await proxy.close()
    })

    test.each(replacements)('%s is listed by the archives, and kept', async (_what, script, expected) => {
      const { docker } = started().engine
      const containerId = uniqueName('replaced')
      await startContainer(docker, { name: containerId, image })
      await runInContainer(docker, containerId, script)
      await stopContainer(docker, containerId)
      const listed = await lamina.value('changes.list', { hostId: 'local', containerId })
      expect(listed.lens).toBe('engine')
      expect(listed.reason).toMatch(/could not list the changes.*was read and compared.*not a directory/)
      const inImage = listed.changes.filter(({ path }) => path.startsWith('/w'))
      expect(Object.fromEntries(inImage.map(({ path, kind }) => [path, kind]))).toEqual(expected)
      const reference = `lamina-test/${containerId}:1`
      const input = { hostId: 'local', containerId, reference, message: '', author: '', pause: false }
      const made = await lamina.value('snapshots.commit', input)
      expect(made).toMatchObject({ baseLayers: 1, layers: 2, empty: false })
      expect(made.verified).toMatchObject({ missing: [], extra: [], different: [] })
      await removeContainers(docker, containerId)
    })
  })
}
