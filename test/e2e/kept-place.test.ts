import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { removeContainers, removeImages, runInContainer, startContainer } from '../engines/docker/containers'
import { importImage } from '../engines/images/images'
import { baseImage, sharedEngine, uniqueName } from '../engines/docker/shared-engine'
import { laminaPage, type LaminaPage } from './rig/pages'
import { sharedWindow } from './rig/shared-window'
import { openWindow } from './rig/window'

const engine = sharedEngine()
const name = uniqueName('place')
const other = `${name}-other`
const image = `${name}:image`
const open = sharedWindow(() => engine.dockerHost)

beforeAll(async () => {
  await importImage(engine.docker, image)
  for (const one of [name, other]) {
    await startContainer(engine.docker, { name: one, image: baseImage })
    // More lines than the window has room for.
    const files = 'for n in $(seq 100 199); do echo $n >/made/below/$n; done; echo z >/zeta'
    await runInContainer(engine.docker, one, `mkdir -p /made/below /kept; echo k >/kept/file; ${files}`)
  }
})

afterAll(async () => {
  await removeContainers(engine.docker, name, other)
  await removeImages(engine.docker, image)
})

const chosenPath = ({ facts }: LaminaPage) => facts.locator('.path').innerText()
/** Which line is the topmost one. */
const topOf = ({ tree }: LaminaPage) => tree.evaluate((element) => Math.floor(element.scrollTop / 26))

test('a container that is come back to is as it was left: line, place, open directories, filter and what was since it was opened', async () => {
  const { page } = await open()
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  await lamina.line(/^kept/).click()
  await page.keyboard.press('ArrowLeft')
  await lamina.line(/^file/).waitFor({ state: 'detached' })
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await expect.poll(() => chosenPath(lamina)).toBe('/made/below/198')
  const top = await topOf(lamina)
  expect(top).toBeGreaterThan(20)

  await lamina.container(other).click()
  await lamina.line(/^kept/).waitFor()
  await expect.poll(() => topOf(lamina)).toBe(0)
  await runInContainer(engine.docker, name, 'echo later >/made/later')
  await lamina.nav('Images').click()
  await lamina.image(image).waitFor()
  await lamina.nav('Containers').click()
  await lamina.container(name).click()
  await expect.poll(() => chosenPath(lamina)).toBe('/made/below/198')
  await expect.poll(() => topOf(lamina)).toBe(top)
  const since = page.getByRole('group', { name: 'Changes since' })
  await since.getByRole('button', { name: /Since opened.*1/ }).click()
  await lamina.line(/later/).waitFor()
  await lamina.tab(/Layers/).click()
  await lamina.tab(/Changes/).click()
  await lamina.line(/later/).waitFor()
  await lamina.container(other).click()
  await lamina.line(/^kept/).waitFor()
  await lamina.container(name).click()
  await lamina.line(/later/).waitFor()
  expect(await lamina.line(/zeta/).count()).toBe(0)
})

test('the comparison has its pair again, without what was removed meanwhile', async () => {
  const { page } = await open()
  const lamina = laminaPage(page)
  const gone = `${name}-gone`
  onTestFinished(() => removeContainers(engine.docker, gone))
  await startContainer(engine.docker, { name: gone, image: baseImage })
  await lamina.container(gone).waitFor()
  await lamina.nav('Compare').click()
  const [left, right] = [page.getByLabel('Left stack'), page.getByLabel('Right stack')]
  for (const [picker, wanted] of [
    [left, image],
    [right, gone],
  ] as const) {
    await picker.click()
    await picker.fill(wanted)
    await page.getByRole('option', { name: wanted }).click()
  }
  await page.getByRole('table').waitFor()
  await lamina.nav('Containers').click()
  await lamina.container(name).waitFor()
  await lamina.nav('Compare').click()
  await page.getByRole('table').waitFor()
  expect([await left.inputValue(), await right.inputValue()]).toEqual([image, gone])
  await lamina.nav('Containers').click()
  await removeContainers(engine.docker, gone)
  await lamina.container(gone).waitFor({ state: 'detached' })
  await lamina.nav('Compare').click()
  await expect.poll(() => right.inputValue()).toBe('')
  expect(await left.inputValue()).toBe(image)
  expect(await lamina.alert.count()).toBe(0)
})

test('the next start begins with the container, its tab and the sorts of the last one, even after a crash', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'lamina-kept-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const start = async () => {
    const window = await openWindow({ dockerHost: engine.dockerHost, dataDir })
    onTestFinished(() => window.close())
    return { ...window, lamina: laminaPage(window.page) }
  }
  const first = await start()
  await first.lamina.container(name).click()
  for (const [menu, key] of [
    ['Sort containers', 'Running first'],
    ['Sort paths', 'Size'],
  ] as const) {
    await first.page.getByRole('button', { name: menu }).click()
    await first.page.getByRole('menuitemradio', { name: key }).click()
  }
  await first.lamina.line(/^made/).waitFor()
  await first.lamina.tab(/Details/).click()
  const settings = ({ page }: typeof first) =>
    page.evaluate(async () => JSON.stringify(await window.lamina.call('kept', 'settings.get', {})))
  await expect.poll(() => settings(first)).toContain('"tab":"details"')
  await first.kill()

  const second = await start()
  await expect.poll(() => second.lamina.tab(/Details/).getAttribute('aria-selected')).toBe('true')
  await second.page.getByRole('heading', { name }).waitFor()
  expect(await second.lamina.container(name).getAttribute('aria-current')).toBe('true')
  await second.lamina.tab(/Changes/).click()
  await second.page.getByRole('button', { name: /^Size/ }).waitFor()
  await second.page.getByRole('button', { name: 'Sort containers' }).click()
  const running = second.page.getByRole('menuitemradio', { name: 'Running first' })
  expect(await running.getAttribute('aria-checked')).toBe('true')
  await second.page.keyboard.press('Escape')
  const before = await settings(second)
  await second.lamina.container(other).click()
  await expect.poll(() => settings(second)).not.toBe(before)
  await second.kill()
  await removeContainers(engine.docker, other)

  const third = await start()
  await third.page.getByText('Choose a container').waitFor()
  await third.lamina.container(name).waitFor()
  expect(await third.lamina.alert.count()).toBe(0)
})
