import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeContainers, removeImages, runInContainer } from '../engines/containers'
import { sharedEngine, uniqueName } from '../engines/shared-engine'
import { buildContentImage, giveCapability, startContentContainer } from './content-container'
import { contentPane, type ContentPane } from './content-page'
import { laminaPage } from './pages'
import { openLamina } from './window'

const engine = sharedEngine()
const name = uniqueName('facts')
const image = `${name}:1`

beforeAll(async () => {
  await buildContentImage(engine, image)
  await startContentContainer(engine, image, name)
  await giveCapability(engine, name, '/srv/tool')
})

afterAll(async () => {
  await removeContainers(engine.docker, name)
  await removeImages(engine.docker, image)
})

async function opened(): Promise<ContentPane> {
  const { page } = await openLamina(engine)
  await laminaPage(page).container(name).click()
  return contentPane(page)
}

test('the layers that are compared are named by number, and capabilities in words', async () => {
  const pane = await opened()
  await pane.choose(/nginx\.conf/)
  await pane.body.getByText('lower layer 2 of 5 → upper').waitFor()
  await pane.choose(/^motd/)
  await pane.body.getByText('lower layer 2 of 5', { exact: true }).waitFor()
  await pane.choose(/^tool/)
  await pane.body.getByText('upper layer', { exact: true }).waitFor()
  await pane.body.getByText('security.capability').waitFor()
  await pane.body.getByText('cap_net_raw=ep').waitFor()
})

test('what was lost with a deleted directory is listed to its end', async () => {
  const pane = await opened()
  await pane.choose(/^old/)
  await pane.body.getByText('3 entries were lost with this directory').waitFor()
  await pane.lost.getByText('/srv/old/deep/two').waitFor()
  await pane.choose(/^many/)
  await pane.body.getByText('1,200 entries were lost with this directory').waitFor()
  await pane.lost.getByText('/srv/many/1000', { exact: true }).waitFor()
  await pane.lost.focus()
  await pane.page.keyboard.press('End')
  await pane.lost.getByText('/srv/many/2199', { exact: true }).waitFor()
})

test('the hint that a path was moved leads to its other end', async () => {
  const pane = await opened()
  await pane.choose(/new-place/)
  await pane.button('Probably moved from /srv/place').click()
  await expect.poll(() => pane.page.getByRole('row', { selected: true }).innerText()).toMatch(/^place/)
  await pane.button('Probably moved to /srv/new-place').waitFor()
})

test('what changes while it is shown stays until it is asked for', async () => {
  const pane = await opened()
  await pane.choose(/^growing/)
  await pane.now.getByText('as it was').waitFor()
  await runInContainer(engine.docker, name, 'echo and more >>/srv/growing')
  await pane.body.getByText('It changed after it was read.').waitFor()
  expect(await pane.now.innerText()).not.toContain('and more')
  await pane.button('Read again').click()
  await pane.now.getByText('and more').waitFor()
  await pane.body.getByText('It changed after it was read.').waitFor({ state: 'detached' })
})
