import { beforeAll, expect, test } from 'vitest'
import { runInContainer } from '../../engines/docker/containers'
import { giveCapability } from './content-container'
import { onContentContainer } from './content-set-up'

const { engine, name, opened } = onContentContainer('facts')

beforeAll(() => giveCapability(engine, name, '/srv/tool'))

test('the layers that are compared are named by number, and capabilities in words', async () => {
  const { pane } = await opened()
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
  const { pane } = await opened()
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
  const { pane } = await opened()
  await pane.choose(/new-place/)
  await pane.button('Probably moved from /srv/place').click()
  await expect.poll(() => pane.page.getByRole('row', { selected: true }).innerText()).toMatch(/^place/)
  await pane.button('Probably moved to /srv/new-place').waitFor()
})

test('what changes while it is shown stays until it is asked for', async () => {
  const { pane } = await opened()
  await pane.choose(/^growing/)
  await pane.now.getByText('as it was').waitFor()
  await runInContainer(engine.docker, name, 'echo and more >>/srv/growing')
  // By itself the listing looks again after twenty times what a look takes, which is long on a machine with other work.
  await pane.page.keyboard.press('F5')
  await pane.body.getByText('It changed after it was read.').waitFor()
  expect(await pane.now.innerText()).not.toContain('and more')
  await pane.button('Read again').click()
  await pane.now.getByText('and more').waitFor()
  await pane.body.getByText('It changed after it was read.').waitFor({ state: 'detached' })
})
