import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeContainers, runInContainer, startContainer } from '../engines/docker/containers'
import { baseImage, sharedEngine, uniqueName } from '../engines/docker/shared-engine'
import { laminaPage } from './rig/pages'
import { picture } from './rig/pictures'
import { sharedWindow } from './rig/shared-window'
import { openLamina, resize } from './rig/window'

const engine = sharedEngine()
const name = uniqueName('shown')
const open = sharedWindow(() => engine.dockerHost)

beforeAll(async () => {
  await startContainer(engine.docker, { name, image: baseImage })
  await runInContainer(engine.docker, name, 'mkdir -p /srv/a && echo one > /srv/a/one && echo two > /srv/two')
})

afterAll(() => removeContainers(engine.docker, name))

test('the dark theme is kept for the next start', async () => {
  const first = await openLamina(engine)
  await first.page.getByRole('button', { name: 'Settings' }).click()
  await first.page.getByRole('menuitemradio', { name: 'Dark' }).click()
  const background = (page: typeof first.page) =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await expect.poll(() => background(first.page)).toBe('rgb(22, 24, 29)')
  await first.page.getByRole('menu').waitFor({ state: 'detached' })
  // Choices are written after they are shown; what is killed in between starts as before.
  const kept = () => readFile(join(first.dataDir, 'settings.json'), 'utf8').catch(() => '')
  await expect.poll(kept).toContain('"dark"')
  await first.kill()

  const { page } = await openLamina({ dockerHost: engine.dockerHost, dataDir: first.dataDir })
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  await lamina.line(/two/).waitFor()
  expect(await background(page)).toBe('rgb(22, 24, 29)')
  await picture(page, '10-dark')
})

test('everything is there in Chinese', async () => {
  const { page } = await open()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitemradio', { name: '中文' }).click()
  await page.getByRole('button', { name: new RegExp(`^${name}, `) }).click()
  await page.getByRole('tab', { name: /^更改/ }).waitFor()
  await page.getByRole('row', { name: /two/ }).click()
  await page.getByText('新增：镜像中没有').waitFor()
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN')
  await picture(page, '11-chinese')
})

test('a small window cuts nothing off that is needed', async () => {
  const { app, page } = await open()
  await resize(app, 1000, 650)
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  await lamina.line(/two/).click()
  for (const part of [
    lamina.commitButton,
    lamina.message,
    lamina.reference,
    lamina.author,
    lamina.facts,
    lamina.tree,
  ]) {
    const box = await part.boundingBox()
    expect(box?.width ?? 0).toBeGreaterThan(40)
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(1000)
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(650)
  }
  await picture(page, '12-small')
})
