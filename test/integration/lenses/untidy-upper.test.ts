import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest } from '../../builders/lamina-under-test'
import {
  removeContainers,
  runInContainer,
  startContainer,
  stopContainer,
} from '../../engines/docker/containers'
import { runCommand } from '../../engines/run-command'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'

// What a kernel does not leave in an upper directory by itself, but other tools and older kernels do.
test('marks in the upper layer that hide nothing are no changes', async () => {
  const engine = sharedEngine()
  const name = uniqueName('untidy')
  await startContainer(engine.docker, { name, image: baseImage })
  onTestFinished(() => removeContainers(engine.docker, name))
  await runInContainer(engine.docker, name, 'mkdir /new; echo one > /new/file')
  await stopContainer(engine.docker, name)
  const lamina = await laminaUnderTest(engine)
  onTestFinished(() => lamina.close())
  const input = { hostId: 'local', containerId: name, lens: 'host' } as const
  const { directories } = await lamina.value('containers.inspect', { hostId: 'local', containerId: name })
  const upper = directories?.upper ?? ''

  await runCommand('mknod', [join(upper, 'hides-nothing'), 'c', '0', '0'])
  await runCommand('mknod', [join(upper, 'new/hides-nothing'), 'c', '0', '0'])
  await runCommand('setfattr', ['-n', 'trusted.overlay.opaque', '-v', 'y', join(upper, 'new')])
  await mkdir(join(upper, 'tmp'), { recursive: true })
  await runCommand('setfattr', ['-n', 'trusted.overlay.opaque', '-v', 'x', join(upper, 'tmp')])
  await runCommand('setfattr', ['-n', 'user.overlay.opaque', '-v', 'y', join(upper, 'tmp')])
  await writeFile(join(upper, 'tmp/added'), 'one\n')

  const { changes } = await lamina.value('changes.list', input)
  expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'added /new',
    'added /new/file',
    'added /tmp/added',
  ])
})
