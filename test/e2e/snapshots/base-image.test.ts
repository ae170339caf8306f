import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  removeContainers,
  removeImages,
  startContainer,
  stopContainer,
} from '../../engines/docker/containers'
import { withTemporaryFolder } from '../../engines/files'
import { importImage } from '../../engines/images/images'
import { sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { laminaPage } from '../rig/pages'
import { openLamina } from '../rig/window'

const engine = sharedEngine()

test('a container whose image is gone says so in its box, with the command to pull it, and is kept once it is back', async () => {
  const image = `${uniqueName('gone')}:1`
  const kept = `${uniqueName('kept')}:1`
  const container = uniqueName('orphan')
  onTestFinished(async () => {
    await removeContainers(engine.docker, container)
    await removeImages(engine.docker, kept, image)
  })
  await importImage(engine.docker, image)
  await startContainer(engine.docker, { name: container, image })
  await stopContainer(engine.docker, container)
  await withTemporaryFolder(async (folder) => {
    const id = (await engine.docker(['inspect', '--format', '{{.Image}}', container])).stdout.trim()
    const archive = join(folder, 'image.tar')
    await engine.docker(['save', '--output', archive, image])
    await engine.docker(['rmi', '--force', id])

    const { app, page } = await openLamina(engine)
    const lamina = laminaPage(page)
    await lamina.container(container).click()
    const box = page.getByRole('form', { name: 'Snapshot of this container' })
    const gone = box.getByRole('alert')
    await gone.getByText(`docker pull ${image}`).waitFor()

    const copy = gone.getByRole('button', { name: 'Copy the command' })
    await copy.focus()
    await page.keyboard.press('Enter')
    await gone.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toBe(`docker pull ${image}`)

    // A snapshot that is tried says the same once, in its place.
    await box.getByRole('textbox', { name: 'Name and tag' }).fill(kept)
    await lamina.commitButton.click()
    await gone.getByRole('button', { name: 'Dismiss' }).waitFor()
    expect(await gone.count()).toBe(1)
    await gone.getByRole('button', { name: 'Retry' }).click()
    await gone.getByRole('button', { name: 'Dismiss' }).waitFor()

    await engine.docker(['load', '--input', archive])
    await gone.getByRole('button', { name: 'Retry' }).click()
    await box.getByRole('button', { name: 'Show the image' }).waitFor()
    expect(await gone.count()).toBe(0)
  })
})
