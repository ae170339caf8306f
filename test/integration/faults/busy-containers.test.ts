import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { sameMachineOverSsh, type SameMachine } from '../../builders/same-machine'
import { removeContainers, runInContainer, startContainer } from '../../engines/docker/containers'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { pathOf } from '../lenses/listings'

// The container leaves little of a busy machine for who looks at it.
vi.setConfig({ testTimeout: 300_000 })

const engine = sharedEngine()
const name = uniqueName('busy')
const files = 20_000
/** Makes, renames, replaces and removes without an end, directories with all that is in them too. */
const busy = `
mkdir -p /busy; cd /busy
while :; do
  mkdir -p d/e/f; for n in 1 2 3 4 5 6 7 8 9; do echo $n > d/e/f/$n; echo $n > $n; done
  mv d was; mkdir d; ln -s /etc/passwd d/e; rm -r d was; rm -f /bin/tty; cp /bin/busybox /bin/tty; mkfifo p; rm p
done`
let lamina: LaminaUnderTest
let overSsh: SameMachine

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  overSsh = await sameMachineOverSsh(lamina, engine.socketPath)
  await startContainer(engine.docker, { name, image: baseImage, command: ['sh', '-c', busy] })
  const many = `mkdir /many; cd /many; seq ${files} | xargs touch; mkfifo /pipe; ln -s /loop /loop; ln -s / /many-links`
  await runInContainer(engine.docker, name, many)
})

afterAll(async () => {
  await removeContainers(engine.docker, name)
  await lamina.close()
  await overSsh.stop()
})

const places = ['this machine', 'a host over SSH'].flatMap((place) =>
  (['host', 'engine'] as const).map((lens) => [place, lens] as const),
)

describe.each(places)('a container that never rests, on %s, through the %s lens,', (place, lens) => {
  const of = () => ({ hostId: place === 'this machine' ? 'local' : overSsh.hostId, containerId: name, lens })

  test('is listed to the end, with all that rests', async () => {
    for (let look = 0; look < 3; look += 1) {
      const { changes } = await lamina.value('changes.list', of())
      const paths = changes.map(pathOf)
      expect(paths.filter((path) => path.startsWith('/many/'))).toHaveLength(files)
      for (const path of ['/pipe', '/loop', '/many-links']) expect(paths).toContain(path)
      expect(new Set(paths).size).toBe(paths.length)
    }
  })

  test('has files that vanish before they are read, which are read, absent or refused', async () => {
    for (let look = 0; look < 15; look += 1) {
      const input = { ...of(), path: `/busy/d/e/f/${String((look % 9) + 1)}`, side: 'upper' } as const
      const result = await lamina.lamina.call('content.read', input)
      // Where the engine resolves the link that stands in for the directory, the container's own file is meant.
      if (result.ok) expect(result.value).toMatchObject({ offset: 0 })
      else expect(['command-failed', 'engine-failed', 'not-found']).toContain(result.failure.kind)
    }
  })
})
