import { expect, onTestFinished, test } from 'vitest'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { laminaPage } from '../rig/pages'
import { picture } from '../rig/pictures'
import { openLamina } from '../rig/window'

const engine = sharedEngine()

test('what an image will not hold is said before the snapshot, and what it lacks after it', async () => {
  const container = uniqueName('verified')
  const kept = `${uniqueName('verified')}:1`
  onTestFinished(async () => {
    await removeContainers(engine.docker, container)
    await removeImages(engine.docker, kept)
  })
  await startContainer(engine.docker, { name: container, image: baseImage })
  await runInContainer(engine.docker, container, 'echo 1 >/new; touch -d 1960-01-02 /old; chmod 700 /')
  const { page } = await openLamina(engine)
  const lamina = laminaPage(page)
  await lamina.container(container).click()
  await lamina.commitBox
    .getByText(/What changed about the root/)
    .first()
    .waitFor()
  await lamina.commitBox.getByRole('textbox', { name: 'Name and tag' }).fill(kept)
  await lamina.commitButton.click()
  await lamina.outcome.getByText('2 paths are not as in the container').waitFor()
  await lamina.commitBox.getByRole('button', { name: 'Show the paths' }).last().click()
  const list = page.getByRole('list', { name: 'What the image has otherwise' })
  await list.getByText('/old').waitFor()
  expect(await list.getByRole('listitem').allInnerTexts()).toEqual([
    expect.stringMatching(/mode[\s\S]*\/$/),
    expect.stringMatching(/time[\s\S]*\/old$/),
  ])
  await picture(page, '36-kept-but')
})
