import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { removeContainers, removeImages, runInContainer, startContainer } from '../engines/docker/containers'
import { baseImage, sharedEngine, uniqueName } from '../engines/docker/shared-engine'
import { laminaPage } from './rig/pages'
import { sharedWindow } from './rig/shared-window'

const engine = sharedEngine()
const name = uniqueName('keys')
const other = `another-${name}`
const kept = `${name}:1`
const open = sharedWindow(() => engine.dockerHost)

beforeAll(async () => {
  for (const one of [name, other]) await startContainer(engine.docker, { name: one, image: baseImage })
  const script =
    'mkdir -p /srv/data/deep && echo one > /srv/data/alpha && echo two > /srv/data/deep/beta && echo > /zeta'
  await runInContainer(engine.docker, name, script)
})

afterAll(() => removeContainers(engine.docker, name, other))

test('a container is chosen, its tree walked and a snapshot made with the keyboard alone', async () => {
  onTestFinished(() => removeImages(engine.docker, kept))
  const { page } = await open()
  const lamina = laminaPage(page)
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const chosenPath = () => lamina.facts.locator('.path').innerText()
  await lamina.container(name).waitFor()

  await press('Control+k')
  await page.keyboard.type(name)
  await page.getByRole('option', { name }).first().waitFor()
  await press('Enter')
  await lamina.line(/zeta/).waitFor()

  await lamina.container(name).focus()
  await press('F6')
  expect(await lamina.tree.evaluate((tree) => tree === document.activeElement)).toBe(true)
  await press('End')
  await expect.poll(chosenPath).toBe('/zeta')
  await press('Home')
  await expect.poll(chosenPath).toBe('/srv')
  await page.keyboard.type('alp')
  await expect.poll(chosenPath).toBe('/srv/data/alpha')
  await press('ArrowDown')
  await expect.poll(chosenPath).toBe('/srv/data/deep')
  await press('ArrowLeft')
  await lamina.line(/beta/).waitFor({ state: 'detached' })
  await press('ArrowRight')
  await lamina.line(/beta/).waitFor()
  await press('ArrowRight')
  await expect.poll(chosenPath).toBe('/srv/data/deep/beta')
  await press('ArrowLeft')
  await expect.poll(chosenPath).toBe('/srv/data/deep')

  await press('/')
  await page.keyboard.type('beta')
  await lamina.line(/alpha/).waitFor({ state: 'detached' })
  await press('Escape', 'Escape')
  await lamina.line(/alpha/).waitFor()

  await press('F6', 'F6')
  expect(await lamina.message.evaluate((field) => field === document.activeElement)).toBe(true)
  await page.keyboard.type('made without a mouse')
  await press('Tab')
  await page.keyboard.press('Control+a')
  await page.keyboard.type(kept)
  await press('Control+Enter')
  await lamina.outcome.getByText('1 + 1 layers, checked').waitFor()
  const comment = await engine.docker(['image', 'inspect', '--format', '{{.Comment}}', kept])
  expect(comment.stdout.trim()).toBe('made without a mouse')
})

test('arrows walk the list of containers, and ? lists the shortcuts', async () => {
  const { page } = await open()
  const lamina = laminaPage(page)
  await lamina.container(name).waitFor()
  // The containers of other files come and go.
  await lamina.containers.getByRole('searchbox').fill(name)
  await expect.poll(() => lamina.containers.locator('[data-item]').count()).toBe(2)
  const focused = () =>
    page.evaluate(() => {
      const { activeElement } = document
      return [activeElement?.textContent, activeElement?.getAttribute('aria-current')]
    })
  await page.keyboard.press('ArrowDown')
  await expect.poll(focused).toEqual([expect.stringContaining(other), null])
  await page.keyboard.press('End')
  await expect.poll(focused).toEqual([expect.not.stringContaining(other), 'true'])
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Ctrl K').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})
