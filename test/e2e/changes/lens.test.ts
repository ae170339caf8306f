import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { removeContainers, runInContainer, startContainer } from '../../engines/docker/containers'
import { engineProxy } from '../../engines/engine/engine-proxy'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { laminaPage } from '../rig/pages'
import { picture } from '../rig/pictures'
import { sharedWindow } from '../rig/shared-window'
import { openLamina } from '../rig/window'

const engine = sharedEngine()
const name = uniqueName('lens')
const open = sharedWindow(() => engine.dockerHost)

beforeAll(async () => {
  await startContainer(engine.docker, { name, image: baseImage })
  const script = 'mkdir /srv && echo one > /srv/one && echo x > /srv/.wh.two && echo three > /srv/three'
  await runInContainer(engine.docker, name, script)
})

afterAll(() => removeContainers(engine.docker, name))

test('where the host cannot be read the engine lists, and what it does not tell is said and not invented', async () => {
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  // What an engine with the containerd store answers: no directories, and a process that is not to be found.
  proxy.interfere(/\/containers\/[^/]+\/json$/, async (_, answer, pass) => {
    const { status, body } = await pass()
    const inspected = JSON.parse(body) as { GraphDriver: unknown; State: { Pid: number } }
    inspected.GraphDriver = { Name: 'overlayfs', Data: null }
    inspected.State.Pid = 0
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(inspected))
  })
  const { page } = await openLamina(proxy)
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  await lamina.detail.getByText('Listed by the engine: sizes, modes and times are not known.').waitFor()
  await lamina.line('one A').waitFor()
  await lamina.statusBar.getByText(/engine lens · \d+ changes/).waitFor()
  expect(await lamina.tree.innerText()).not.toMatch(/ B\b/)
  await picture(page, '13-engine-lens')
})

test('a file whose name would delete another one is warned of, with what would be missing', async () => {
  const { page } = await open()
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  const warnings = lamina.commitBox.getByRole('list', { name: 'Before the snapshot' })
  await warnings.getByText('/srv/.wh.two is a real file').waitFor()
  await warnings.getByText('/srv/two would be missing').waitFor()
})

test('a path is copied without any permission of the page', async () => {
  const { app, page } = await open()
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  await lamina.line(/three/).click()
  await lamina.facts.getByRole('button', { name: 'Copy the path' }).click()
  await lamina.facts.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toBe('/srv/three')
})
