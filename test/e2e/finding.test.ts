import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeContainers, removeImages, runInContainer, startContainer } from '../engines/docker/containers'
import { importImage } from '../engines/images/images'
import { baseImage, sharedEngine, uniqueName } from '../engines/docker/shared-engine'
import { laminaPage } from './rig/pages'
import { sharedWindow } from './rig/shared-window'

const engine = sharedEngine()
const name = uniqueName('find')
const [first, second] = [`${name}:1`, `other-${name}:2`]
const open = sharedWindow(() => engine.dockerHost)

beforeAll(async () => {
  await importImage(engine.docker, first)
  await engine.docker(['tag', first, second])
  await startContainer(engine.docker, { name, image: baseImage })
  await runInContainer(engine.docker, name, 'echo > /zeta')
})

afterAll(async () => {
  await removeContainers(engine.docker, name)
  await removeImages(engine.docker, first, second)
})

test('the palette finds commands by what they are called elsewhere, in both languages', async () => {
  const { page } = await open()
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  await lamina.line(/zeta/).click()
  await page.keyboard.press('Control+k')
  const field = page.getByRole('dialog').getByRole('textbox')
  const found = async (typed: string) => {
    await field.fill(typed)
    return page.getByRole('option').allInnerTexts()
  }
  const cases = [
    ['commit', `Snapshot ${name}`],
    ['提交', `Snapshot ${name}`],
    ['diff', `Compare ${name} with…`],
    ['差异', 'Compare two stacks'],
    ['history', `Show of ${name}: Layers`],
    ['inspect', `Show of ${name}: Details`],
    ['revert', 'Undo the change of /zeta'],
    ['恢复', 'Undo the change of /zeta'],
    ['dump', 'Export changes as CSV'],
    ['reload', 'Read again'],
    ['刷新', 'Read again'],
    ['ssh', 'Add a host'],
  ] as const
  for (const [typed, title] of cases)
    expect((await found(typed)).join('\n').split('\n'), typed).toContain(title)
  await field.fill('history')
  await page.keyboard.press('Enter')
  await expect.poll(() => lamina.tab(/Layers/).getAttribute('aria-selected')).toBe('true')
})

test('an image is found by its other tag and its id, in the palette and where one is picked', async () => {
  const { page } = await open()
  const lamina = laminaPage(page)
  await lamina.container(name).waitFor()
  const id = (await engine.docker(['image', 'inspect', '--format', '{{.Id}}', first])).stdout.trim()
  await page.keyboard.press('Control+k')
  const field = page.getByRole('dialog').getByRole('textbox')
  for (const typed of [second, id]) {
    await field.fill(typed)
    await page.getByRole('option', { name }).waitFor()
  }
  await page.keyboard.press('Escape')
  await lamina.nav('Compare').click()
  const picker = page.getByLabel('Left stack')
  for (const typed of [second, id]) {
    await picker.click()
    await picker.fill(typed)
    await page.getByRole('option', { name }).waitFor()
  }
})
