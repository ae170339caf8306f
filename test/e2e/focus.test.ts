import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { removeContainers, removeImages, runInContainer, startContainer } from '../engines/docker/containers'
import { engineProxy } from '../engines/engine/engine-proxy'
import { importImage } from '../engines/images/images'
import { baseImage, sharedEngine, uniqueName } from '../engines/docker/shared-engine'
import { expectFocus, focused } from './rig/focus'
import { laminaPage, type LaminaPage } from './rig/pages'
import { sharedWindow } from './rig/shared-window'
import { openLamina } from './rig/window'

const engine = sharedEngine()
const name = uniqueName('focus')
const taken = `${name}:taken`
const open = sharedWindow(() => engine.dockerHost)

beforeAll(async () => {
  await importImage(engine.docker, taken)
  await startContainer(engine.docker, { name, image: baseImage })
  await runInContainer(
    engine.docker,
    name,
    'mkdir -p /srv/data && echo one > /srv/data/alpha && echo > /zeta',
  )
})

afterAll(async () => {
  await removeContainers(engine.docker, name)
  await removeImages(engine.docker, taken)
})

/** The window with the container chosen and a file of it looked at. */
async function opened(): Promise<LaminaPage> {
  const { page } = await open()
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  await lamina.line(/zeta/).click()
  return lamina
}

describe('what lies over the window gives the focus back to what it was opened from', () => {
  /** What opens it, by its accessible name and the key that is pressed on it. */
  const layers: readonly (readonly [opener: string, key: string, role: 'dialog' | 'menu'])[] = [
    ['Search containers', 'Control+k', 'dialog'],
    ['Changed paths', 'Control+k', 'dialog'],
    ['Changed paths', '?', 'dialog'],
    ['Name and tag', 'Control+n', 'dialog'],
    ['Changed paths', 'Control+Alt+z', 'dialog'],
    ['Changed paths', 'Shift+F10', 'menu'],
    ['About This machine', 'Enter', 'dialog'],
    ['Settings', 'Enter', 'menu'],
    ['Sort containers', 'Enter', 'menu'],
    ['Sort paths', 'Enter', 'menu'],
    ['Filter by type and size', 'Enter', 'menu'],
    ['More', 'Enter', 'menu'],
    ['Save to this machine', 'Enter', 'menu'],
  ]
  test.each(layers)('%s, %s', async (opener, key, role) => {
    const { page } = await opened()
    const from = page.getByLabel(opener, { exact: true }).first()
    await from.focus()
    await page.keyboard.press(key)
    await page.getByRole(role).waitFor()
    expect(await focused(page)).not.toBe('body')
    await page.keyboard.press('Escape')
    await page.getByRole(role).waitFor({ state: 'detached' })
    await expectFocus(page, opener)
    expect(await from.evaluate((element) => element === document.activeElement)).toBe(true)
  })
})

test('a window that was just opened has the focus in its list after the first dialog', async () => {
  const { page } = await open()
  await laminaPage(page).container(name).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await focused(page)).not.toBe('body')
})

test('a picker of the comparison keeps the focus, whether a stack is chosen with the keyboard or the pointer', async () => {
  const lamina = await opened()
  const { page } = lamina
  await lamina.nav('Compare').click()
  const left = page.getByRole('combobox', { name: 'Left' })
  await left.click()
  await left.fill(name)
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('option').first().waitFor({ state: 'detached' })
  await expectFocus(page, /^Left/)
  const right = page.getByRole('combobox', { name: 'Right' })
  await right.click()
  await right.fill(taken)
  await page.getByRole('option', { name: taken }).click()
  await page.getByRole('option').first().waitFor({ state: 'detached' })
  await expectFocus(page, /^Right/)
  await page.getByRole('button', { name: 'Show all' }).first().click()
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('option').first().waitFor({ state: 'detached' })
  await expectFocus(page, /^(Left|Show all)/)
})

test('the question about a taken name gives the focus back to the box it came from', async () => {
  const lamina = await opened()
  await lamina.reference.fill(taken)
  for (const answer of ['Escape', 'Enter']) {
    await lamina.page.keyboard.press('Control+Enter')
    const question = lamina.page.getByRole('alertdialog')
    await question.waitFor()
    await lamina.page.keyboard.press(answer)
    await question.waitFor({ state: 'detached' })
    await expectFocus(lamina.page, 'Name and tag')
  }
  await lamina.commitButton.focus()
  await lamina.page.keyboard.press('Enter')
  await lamina.page.getByRole('alertdialog').waitFor()
  await lamina.page.keyboard.press('Escape')
  await lamina.page.getByRole('alertdialog').waitFor({ state: 'detached' })
  await expectFocus(lamina.page, /^Snapshot/)
})

test('a host that is removed leaves the focus to the one beside it', async () => {
  const { page, hosts } = await opened()
  for (const number of [1, 2]) {
    await page.keyboard.press('Control+n')
    const adding = page.getByRole('dialog', { name: 'Add a host' })
    await adding.getByRole('textbox', { name: 'Address' }).fill(`root@host-${number}.invalid`)
    await page.keyboard.press('Enter')
    await adding.waitFor({ state: 'detached' })
    expect(await focused(page)).not.toBe('body')
  }
  const remove = async (host: string) => {
    await hosts.getByRole('button', { name: `Actions for ${host}` }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Remove' }).press('Enter')
    const question = page.getByRole('alertdialog')
    await question.getByRole('button', { name: 'Remove' }).press('Enter')
    await question.waitFor({ state: 'detached' })
  }
  await remove('host-1.invalid')
  await expectFocus(page, /host-2/)
  await remove('host-2.invalid')
  await expectFocus(page, /^Containers/)
})

test('a container that is removed leaves the focus to the next one, and the last one to what its place says', async () => {
  const { page, containers, container } = await opened()
  const others = ['a', 'b', 'c'].map((letter) => `${letter}-gone-${name}`)
  onTestFinished(() => removeContainers(engine.docker, ...others))
  for (const other of others) await startContainer(engine.docker, { name: other, image: baseImage })
  const [first = '', second = '', third = ''] = others
  await containers.getByRole('searchbox').fill(`gone-${name}`)
  await container(second).click()
  await removeContainers(engine.docker, second)
  await container(second).waitFor({ state: 'detached' })
  await expectFocus(page, new RegExp(`^${third}`))
  await removeContainers(engine.docker, third)
  await container(third).waitFor({ state: 'detached' })
  await expectFocus(page, new RegExp(`^${first}`))
  await removeContainers(engine.docker, first)
  await container(first).waitFor({ state: 'detached' })
  expect(await focused(page)).not.toBe('body')
})

test('lines that a filter hides leave the focus to what shows them again, and get it back from there', async () => {
  const { page, tree, detail } = await opened()
  await detail.getByRole('searchbox').fill('no such path')
  const clear = detail.getByRole('button', { name: 'Clear filters' })
  await clear.press('Enter')
  await tree.waitFor()
  await expectFocus(page, 'Changed paths')
})

test('another screen has the focus in it after the one that had it is gone', async () => {
  const { page, nav, container, image } = await opened()
  await container(name).focus()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('images')
  await expect.poll(() => page.getByRole('option').first().innerText()).toBe('Images')
  await page.keyboard.press('Enter')
  await image(taken).waitFor()
  expect(await focused(page)).not.toBe('body')
  await image(taken).press('Enter')
  await page.keyboard.press('Alt+ArrowLeft')
  await page.keyboard.press('Alt+ArrowLeft')
  await container(name).waitFor()
  expect(await focused(page)).not.toBe('body')
  await nav('Compare').press('Enter')
  await page.getByRole('main', { name: 'Compare' }).waitFor()
  await expectFocus(page, /Compare/)
})

test('a failure whose Retry is pressed leaves the focus to the list that comes in its place', async () => {
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  proxy.interfere(/\/images\/json/, (_, answer) => {
    answer.writeHead(500, { 'Content-Type': 'application/json' }).end('{"message":"out of order"}')
  })
  const { page } = await openLamina(proxy)
  const { nav, image } = laminaPage(page)
  await nav('Images').click()
  const retry = page.getByRole('region', { name: 'Images' }).getByRole('button', { name: 'Retry' })
  await retry.press('Enter')
  await expectFocus(page, 'Retry')
  proxy.interfere(/\/images\/json/, async (_, answer, pass) => {
    const { status, headers, body } = await pass()
    answer.writeHead(status, headers).end(body)
  })
  await retry.press('Enter')
  await image(taken).waitFor()
  expect(await page.evaluate(() => document.activeElement?.matches('[data-item]'))).toBe(true)
})
