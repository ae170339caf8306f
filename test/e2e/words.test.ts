import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { removeContainers, removeImages, runInContainer, startContainer } from '../engines/docker/containers'
import { importImage } from '../engines/images/images'
import { imageArchive, loadImage } from '../engines/images/loaded-image'
import { sharedEngine, uniqueName } from '../engines/docker/shared-engine'
import { laminaPage, type LaminaPage } from './rig/pages'
import { picture } from './rig/pictures'
import { sharedWindow } from './rig/shared-window'
import { openLamina } from './rig/window'

const engine = sharedEngine()
const name = uniqueName('words')
const image = `${name}:base`
const open = sharedWindow(() => engine.dockerHost)

const inContainer = (script: string) => runInContainer(engine.docker, name, script)

beforeAll(async () => {
  await importImage(engine.docker, image, { 'etc/group': 'root:x:0:\n', 'etc/passwd': 'root:x:0:0:\n' })
  await startContainer(engine.docker, { name, image })
})

afterAll(async () => {
  await removeContainers(engine.docker, name)
  await removeImages(engine.docker, image)
})

async function opened(container = name): Promise<LaminaPage> {
  const { page } = await open()
  const lamina = laminaPage(page)
  await lamina.container(container).click()
  return lamina
}

async function compareWith({ page }: LaminaPage, other: string): Promise<void> {
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Compare with another image…' }).click()
  await page.getByRole('combobox', { name: 'Compared with' }).fill(other)
  await page.getByRole('option', { name: other }).click()
}

test('a container without a change is said to be as its image, one that equals a snapshot as that', async () => {
  const lamina = await opened()
  await lamina.page.getByText(`layer differs from its image ${image}.`).waitFor()
  await picture(lamina.page, 'words-empty')

  const snapshot = `${name}:kept`
  onTestFinished(() => removeImages(engine.docker, snapshot))
  await inContainer('for i in 1 2 3; do echo "$i" > "/new-$i"; done; echo more >> /etc/passwd')
  await engine.docker(['commit', name, snapshot])
  await compareWith(lamina, snapshot)
  await lamina.page
    .getByText(`Nothing that was compared differs between the container and ${snapshot}.`)
    .waitFor()
  await picture(lamina.page, 'words-equal')

  await inContainer('echo "" >> /etc/passwd; rm /new-1')
  await lamina.tree.or(lamina.page.getByText('No differences')).first().waitFor()
  await lamina.page.keyboard.press('F5')
  await lamina.line(/new-1 .*D/).click()
  await lamina.facts.getByText(`Deleted: in ${snapshot}, not in the container`).waitFor()
  await lamina.line(/passwd .*M/).click()
  await lamina.facts.getByText(`Modified: differs from ${snapshot}`).waitFor()
  await lamina.facts.getByRole('textbox', { name: `In ${snapshot}` }).waitFor()
  await picture(lamina.page, 'words-against')
})

test('what was brought back is not said to differ, and its message says when it was told', async () => {
  await inContainer('rm /etc/group')
  const lamina = await opened()
  await lamina.line(/group .*D/).click()
  await lamina.facts.getByText('Deleted: still in the image below').waitFor()
  await lamina.page.getByRole('button', { name: 'Undo', exact: true }).click()
  const question = lamina.page.getByRole('dialog', { name: 'Bring back what the container deleted?' })
  await question.getByRole('checkbox', { name: 'Make a snapshot first' }).uncheck()
  await question.getByRole('button', { name: 'Bring back' }).click()
  await lamina.page.getByText('/etc/group was brought back.').waitFor()
  await lamina.line(/group .*M/).click()
  await lamina.facts
    .getByText(
      /^(?:Written again: nothing that was looked at|Modified: only metadata) differs from the image$/,
    )
    .waitFor()
  await picture(lamina.page, 'words-brought-back')

  const told = lamina.page.getByText('/etc/group was brought back.').locator('..')
  expect(await told.getByText(/ago/).count()).toBe(0)
  await lamina.page.clock.setFixedTime(Date.now() + 12.5 * 60_000)
  await told.getByText('12 minutes ago').waitFor()
})

test('an image whose time is not known has none, and one that is known has one age everywhere', async () => {
  const timeless = `${name}:timeless`
  onTestFinished(() => removeImages(engine.docker, timeless))
  await loadImage(
    engine.docker,
    await imageArchive(timeless, [{ script: 'echo one > one' }], { createdAt: undefined }),
  )
  const { page } = await open()
  const lamina = laminaPage(page)
  await lamina.nav('Images').click()
  await lamina.image(timeless).click()
  await lamina.image(timeless).getByText('unknown time').waitFor()
  await lamina.detail.getByText('unknown time').waitFor()
  expect(await page.getByText(/2,0\d\d years ago/).count()).toBe(0)
  await picture(page, 'words-timeless')

  await lamina.image(image).click()
  await lamina.detail.getByText(/ago|now/).waitFor()
  for (const minutes of [1, 7, 59, 125]) {
    await page.clock.setFixedTime(Date.now() + minutes * 60_000)
    await expect
      .poll(async () => {
        const [listed, shown] = await Promise.all(
          [lamina.image(image), lamina.detail].map((place) => place.getByRole('time').first().innerText()),
        )
        return listed !== undefined && listed !== 'now' && listed === shown
      })
      .toBe(true)
  }
})

test('a size that rounding hides is told by its bytes', async () => {
  await inContainer('head -c 2601 /dev/zero > /counted')
  const counted = `${name}:counted`
  onTestFinished(() => removeImages(engine.docker, counted))
  await engine.docker(['commit', name, counted])
  await inContainer('head -c 2600 /dev/zero > /counted')
  const lamina = await opened()
  await compareWith(lamina, counted)
  await lamina.line(/counted .*M/).click()
  await lamina.facts.getByText('2,601 bytes').waitFor()
  await lamina.facts.getByText('2,600 bytes').waitFor()
  await picture(lamina.page, 'words-sizes')
})

test('a container that was removed is not said to have snapshots', async () => {
  const gone = uniqueName('gone')
  await startContainer(engine.docker, { name: gone, image })
  const lamina = await opened(gone)
  await removeContainers(engine.docker, gone)
  await lamina.detail.getByText(`${gone} is gone`).waitFor()
  expect(await lamina.detail.getByText(/Its snapshots are kept/).count()).toBe(0)
  await picture(lamina.page, 'words-gone')
})

test('a DOCKER_HOST that Lamina cannot use is told once, and not tried again', async () => {
  const { page } = await openLamina({ dockerHost: 'tcp://127.0.0.1:2375' })
  const lamina = laminaPage(page)
  const trouble = lamina.containers.getByRole('alert')
  await trouble.getByText('Nothing more is tried until Retry is chosen.').waitFor()
  await trouble.getByText(/start Lamina again/).waitFor()
  expect(await trouble.getByText(/Next attempt/).count()).toBe(0)
  await picture(page, 'words-tcp')
})
