import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { OperationOutput } from '../../../electron/contract/contract'
import type { Result } from '../../../electron/core/base/failure'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, runInContainer, startContainer } from '../../engines/docker/containers'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'

// A container that swaps what is read for ways to the host's files, as fast as it can.
// That leaves little of a busy machine for the readings.
vi.setConfig({ testTimeout: 600_000 })

const engine = sharedEngine()
const container = uniqueName('swapped')
let lamina: LaminaUnderTest

const swapping = `
mkdir -p /race/d; echo 'of the container' >/race/d/passwd; cp /race/d/passwd /race/kept
cp /race/kept /race/file
( cd /race; while :; do mv d e; ln -s /etc d; rm d; mv e d; done ) >/dev/null 2>&1 &
( cd /race; while :; do ln -s /etc/passwd new; mv -f new file; cp kept new; mv -f new file; done ) >/dev/null 2>&1 &`

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  await startContainer(engine.docker, { name: container, image: baseImage })
  await runInContainer(engine.docker, container, swapping)
})

afterAll(async () => {
  await removeContainers(engine.docker, container)
  await lamina.close()
})

test.each(['/race/d/passwd', '/race/file'])('%s is never a file of the host', async (path) => {
  const ofHost = await readFile('/etc/passwd', 'utf8')
  const input = { hostId: 'local', containerId: container, path, side: 'upper', lens: 'host' }
  const seen = new Set<string>()
  // Until it was met both as it is and swapped, and often enough besides.
  for (let turn = 0; turn < 60 || (turn < 2000 && !(seen.has('file') && seen.size > 1)); turn += 1) {
    const result = (await lamina.lamina.call('content.read', input)) as Result<
      OperationOutput<'content.read'>
    >
    if (!result.ok) {
      expect(result.failure.kind).toBe('command-failed')
      seen.add('swapped')
      continue
    }
    const { type, linkTarget, exists, bytes } = result.value
    const text = Buffer.from(bytes, 'base64').toString()
    expect(text).not.toBe(ofHost)
    if (type === 'symlink') expect(linkTarget).toBe('/etc/passwd')
    else if (exists) expect(text).toMatch(/^(?:of the container\n)?$/)
    seen.add(exists ? type : 'nothing')
  }
  expect(seen).toContain('file')
  expect(seen.size).toBeGreaterThan(1)
})
