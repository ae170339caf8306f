import { mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest } from '../builders/lamina-under-test'
import { removeContainers, removeImages, runInContainer, startContainer } from '../engines/docker/containers'
import { engineProxy } from '../engines/engine/engine-proxy'
import { baseImage, sharedEngine, uniqueName } from '../engines/docker/shared-engine'

const engine = sharedEngine()

async function aChangedContainer(): Promise<string> {
  const name = uniqueName('own')
  onTestFinished(async () => {
    await removeContainers(engine.docker, name)
    await removeImages(engine.docker, `${name}:kept`)
  })
  await startContainer(engine.docker, { name, image: baseImage })
  await runInContainer(engine.docker, name, 'echo one >/new')
  return name
}

const snapshotOf = (name: string) => ({
  hostId: 'local',
  containerId: name,
  reference: `${name}:kept`,
  message: '',
  author: 'kirizi',
})

test.each<[what: string, make: (path: string) => Promise<unknown>]>([
  ['a folder', (path) => mkdir(join(path, 'full'), { recursive: true })],
  ['600 MB', (path) => writeFile(path, '{').then(() => truncate(path, 600_000_000))],
  ['no JSON', (path) => writeFile(path, 'author = kirizi')],
])('a snapshot is made while settings.json is %s, and that is said beside it', async (_, make) => {
  const name = await aChangedContainer()
  const lamina = await laminaUnderTest(engine)
  onTestFinished(() => lamina.close())
  const file = join(lamina.dataDir, 'settings.json')
  await make(file)
  const told = lamina.events('storage.noticed')
  const made = await lamina.value('snapshots.commit', snapshotOf(name))
  expect(made).toMatchObject({ reference: `${name}:kept`, layers: 2 })
  expect(await lamina.value('settings.get', {})).toMatchObject({ author: 'kirizi' })
  const notices = await lamina.value('storage.notices', {})
  expect(notices).toMatchObject([{ file, movedTo: `${file}.unreadable` }])
  expect(told).toEqual(notices)
})

test('a snapshot is made although nothing can be kept or forgotten after it', async () => {
  const name = await aChangedContainer()
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  const lamina = await laminaUnderTest(proxy)
  onTestFinished(() => lamina.close())
  const journal = join(lamina.dataDir, 'journal')
  proxy.interfere(/\/commit\?/, async (_, answer, pass) => {
    const { status, body } = await pass()
    // Folders in the places of files: they can be neither replaced nor removed, not even by root.
    for (const entry of await readdir(journal)) {
      await rm(join(journal, entry))
      await mkdir(join(journal, entry, 'full'), { recursive: true })
    }
    answer.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  const made = await lamina.value('snapshots.commit', snapshotOf(name))
  expect(made).toMatchObject({ reference: `${name}:kept`, layers: 2 })
  expect(await lamina.value('storage.notices', {})).toMatchObject([{ problem: 'not-saved' }])
  expect(await lamina.value('snapshots.unfinished', { hostId: 'local' })).toEqual([])
})
