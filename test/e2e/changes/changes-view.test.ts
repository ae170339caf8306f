import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { importImage } from '../../engines/images/images'
import { sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { laminaPage, type LaminaPage } from '../rig/pages'
import { refreshListings, sharedWindow } from '../rig/shared-window'
import type { LaminaWindow } from '../rig/window'

const engine = sharedEngine()
const name = uniqueName('view')
const image = `${name}:base`
const open = sharedWindow(() => engine.dockerHost)

const inContainer = (script: string) => runInContainer(engine.docker, name, script)

beforeAll(async () => {
  const files = { 'etc/shadow': 'root::1::::::\n', 'etc/group': 'root:x:0:\n', 'srv/readme': 'read me\n' }
  await importImage(engine.docker, image, files)
  // Docker 20.10 keeps /etc/hosts and its like in a layer of its own; the place of a mount it makes in the upper one.
  await startContainer(engine.docker, { name, image, flags: ['--volume', '/srv/scratch'] })
  await inContainer('mkdir /srv/data; for i in $(seq 1 200); do echo $i > /srv/data/file-$i; done')
  await inContainer('chmod 600 /etc/shadow; mv /etc/group /etc/renamed-group; echo later > /zeta')
})

afterAll(async () => {
  await removeContainers(engine.docker, name)
  await removeImages(engine.docker, image)
})

async function opened(): Promise<{ window: LaminaWindow; lamina: LaminaPage }> {
  const window = await open()
  const lamina = laminaPage(window.page)
  await lamina.container(name).click()
  // Lines far down are not in the page until they are scrolled to.
  await lamina.line(/^renamed-group/).waitFor()
  return { window, lamina }
}

const chosen = (lamina: LaminaPage) => lamina.tree.locator('[aria-selected="true"]')

test('a line has a menu by the key for it, and Escape gives the focus back to the tree', async () => {
  const { lamina } = await opened()
  const { page } = lamina
  await lamina.tree.focus()
  await page.keyboard.type('zeta')
  await expect.poll(() => chosen(lamina).innerText()).toContain('zeta')
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: 'Copy the path' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'detached' })
  await expect.poll(() => lamina.tree.evaluate((tree) => tree === document.activeElement)).toBe(true)
})

test('a menu is of the line that it was opened on, also when that line is gone', async () => {
  await inContainer('echo > /short-lived')
  const { window, lamina } = await opened()
  await lamina.line(/short-lived/).click({ button: 'right' })
  const copy = lamina.page.getByRole('menuitem', { name: 'Copy the path' })
  await copy.waitFor()
  await inContainer('rm /short-lived')
  await refreshListings(lamina.page)
  // The page behind an open menu is hidden from who looks by role.
  await lamina.page.locator('[data-tree]').getByText('short-lived').waitFor({ state: 'detached' })
  await copy.click()
  expect(await window.app.evaluate(({ clipboard }) => clipboard.readText())).toBe('/short-lived')
})

test('a mode that changed alone is told from changed content', async () => {
  const { lamina } = await opened()
  await lamina.line(/shadow .*M Only metadata: mode/).waitFor()
})

test('a rename is told at both ends, and Enter goes to the other one', async () => {
  const { lamina } = await opened()
  await lamina.line(/renamed-group .*Moved from \/etc\/group/).waitFor()
  // The middle of the line is the hint itself, which goes to the other end too.
  const atName = { position: { x: 60, y: 13 } }
  await lamina.line(/^group .*Moved to \/etc\/renamed-group/).click(atName)
  await lamina.page.keyboard.press('Enter')
  await expect.poll(() => chosen(lamina).innerText()).toContain('← group')
})

test('a live listing takes up what the container writes; the chosen line, the focus and the scrolling stay', async () => {
  const { lamina } = await opened()
  const foot = lamina.page.getByRole('group', { name: 'About this listing' })
  await foot.getByText(/^\s*Live\b/).waitFor()
  await lamina.tree.focus()
  await lamina.page.keyboard.press('End')
  await expect.poll(() => chosen(lamina).innerText()).toContain('zeta')
  const before = await lamina.tree.evaluate((tree) => tree.scrollTop)
  expect(before).toBeGreaterThan(0)
  onTestFinished(async () => {
    await inContainer('rm -r /aaa')
  })
  await inContainer('mkdir /aaa; for i in $(seq 1 50); do echo > /aaa/$i; done')
  // By itself it looks again after twenty times what a look takes, which is long on a machine with other work.
  await lamina.page.keyboard.press('F5')
  await foot.getByRole('button', { name: /new/ }).waitFor()
  await expect.poll(() => lamina.tree.evaluate((tree) => tree.scrollTop)).toBeGreaterThan(before)
  await expect.poll(() => chosen(lamina).innerText()).toContain('zeta')
  expect(await lamina.tree.evaluate((tree) => tree === document.activeElement)).toBe(true)

  await foot.getByRole('button', { name: /Since opened/ }).click()
  await lamina.line(/zeta/).waitFor({ state: 'detached' })
  await lamina.line(/aaa/).first().waitFor()
  await foot.getByRole('button', { name: 'Since image' }).click()
  await foot.getByRole('button', { name: /new/ }).click()
  await foot.getByRole('button', { name: /new/ }).waitFor({ state: 'detached' })
})

test('a line stays the same element when others come in above it', async () => {
  const { lamina } = await opened()
  const element = await lamina.line(/^renamed-group/).elementHandle()
  onTestFinished(() => inContainer('rmdir /aaa').then(() => undefined))
  await inContainer('mkdir /aaa')
  await lamina.tree.focus()
  await lamina.page.keyboard.press('F5')
  await lamina.line(/aaa/).waitFor()
  expect(await element?.innerText()).toContain('renamed-group')
})

test('runtime files are folded away until they are asked for', async () => {
  const { lamina } = await opened()
  await lamina.detail.getByRole('searchbox').fill('/srv/scratch')
  await lamina.detail.getByText('No changed path matches').waitFor()
  await lamina.page.getByRole('switch', { name: /runtime/ }).check()
  await lamina.line(/scratch .*Made by the engine for every container, or covered by a mount/).waitFor()
})

test('a container is compared with another image, which is said, and with its own again', async () => {
  const snapshot = `${name}:other`
  onTestFinished(() => removeImages(engine.docker, snapshot))
  await engine.docker(['commit', name, snapshot])
  const { lamina } = await opened()
  await lamina.page.getByRole('button', { name: 'More', exact: true }).click()
  await lamina.page.getByRole('menuitem', { name: 'Compare with another image…' }).click()
  const picker = lamina.page.getByRole('combobox', { name: 'Compared with' })
  await picker.fill(snapshot)
  await lamina.page.getByRole('option', { name: snapshot }).click()
  await lamina.line(/^renamed-group/).waitFor({ state: 'detached' })
  expect(await picker.inputValue()).toBe(snapshot)
  await lamina.page.getByRole('button', { name: 'Back to its own image' }).click()
  await lamina.line(/^renamed-group/).waitFor()
})

test('a directory is exported with all below it, to the file that was chosen', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-export-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'data.csv')
  const { window, lamina } = await opened()
  // The dialog of the system cannot be reached from here: it answers as if a file had been chosen.
  await window.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, file)
  await lamina.line(/^(srv \/ )?data /).click({ button: 'right' })
  await lamina.page.getByRole('menuitem', { name: 'Export with all below it' }).click()
  await lamina.page.getByRole('menuitem', { name: 'CSV' }).click()
  await lamina.page.getByText(/20[01] changes written to/).waitFor()
  const text = await readFile(file, 'utf8')
  expect(text).toContain('/srv/data/file-200')
  expect(text).not.toContain('zeta')
})
