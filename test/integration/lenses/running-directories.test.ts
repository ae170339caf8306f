import { execFileSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { probeHostFiles, type HostFiles } from '../../../electron/hostfs/host/host-files'
import { runningDirectories } from '../../../electron/hostfs/engine-store/running-directories'
import { openLocalTransport } from '../../../electron/transport/local/local-transport'
import { laminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, removeImages, startContainer } from '../../engines/docker/containers'
import { buildLayers } from '../../engines/images/images'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'

// This engine tells the directories too, so what is read from the mount can be held against them.
const engine = sharedEngine()
const image = `${uniqueName('mounts')}:1`
const name = uniqueName('mounts')
const signal = AbortSignal.timeout(60_000)
let host: HostFiles
let id: string
let pid: number

beforeAll(async () => {
  await buildLayers(engine.docker, image, baseImage, ['echo 1 > /one', 'echo 2 > /two'])
  id = await startContainer(engine.docker, { name, image })
  pid = processOf(id)
  const probe = await probeHostFiles(openLocalTransport(), engine.dataRoot, signal)
  if (!probe.works) throw new Error(probe.reason)
  host = probe.files
})

afterAll(async () => {
  await removeContainers(engine.docker, name)
  await removeImages(engine.docker, image)
})

/** The container's first process as this machine numbers it: the tests' engine has process numbers of its own. */
function processOf(container: string): number {
  const script =
    'for at in /proc/[0-9]*; do grep -q -x tail $at/comm && grep -q $0 $at/mountinfo && echo ${at#/proc/}; done; :'
  return Number(execFileSync('sh', ['-c', script, container], { encoding: 'utf8', stdio: 'pipe' }).trim())
}

test('the directories of a running container are those that the engine tells', async () => {
  const lamina = await laminaUnderTest(engine)
  const { directories } = await lamina.value('containers.inspect', { hostId: 'local', containerId: name })
  await lamina.close()
  const running = await runningDirectories(host, { id, pid }, signal)
  expect(running).toEqual({
    found: true,
    directories: {
      upper: directories?.upper,
      work: directories?.work,
      lower: directories?.lower.map((layer) => realpathSync(layer)),
      merged: `/proc/${String(pid)}/root`,
    },
    metacopy: false,
    userxattr: false,
  })
})

test.each([
  ['a process that is gone', () => ({ id, pid: 4_194_305 })],
  ["another container's process", () => ({ id: 'f'.repeat(64), pid })],
])('nothing is taken from %s', async (_name, container) => {
  const running = await runningDirectories(host, container(), signal)
  expect(running).toMatchObject({
    found: false,
    reason: expect.stringContaining('not on this machine') as string,
  })
})

test('a process of the host is not taken for a container', async () => {
  // Its control group and mounts can be made to name the container, its root is no overlay of an engine's.
  const running = await runningDirectories(host, { id: '/', pid: process.pid }, signal)
  expect(running.found).toBe(false)
})
