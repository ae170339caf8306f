import { expect, onTestFinished, test } from 'vitest'
import { removeContainers, removeImages, startContainer } from '../../engines/docker/containers'
import { engineProxy } from '../../engines/engine/engine-proxy'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { laminaPage } from '../rig/pages'
import { picture } from '../rig/pictures'
import { openLamina } from '../rig/window'

const engine = sharedEngine()

test('a snapshot whose answer is lost is looked for, and no other is made before it is known what became of it', async () => {
  const name = uniqueName('unknown')
  const reference = `${name}:kept`
  onTestFinished(async () => {
    await removeContainers(engine.docker, name)
    await removeImages(engine.docker, reference)
  })
  await startContainer(engine.docker, { name, image: baseImage })
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  let isCut = false
  proxy.interfere(/\/commit\?/, async (_, answer, pass) => {
    await pass()
    isCut = true
    answer.destroy()
  })
  // What tells of a snapshot's image.
  proxy.interfere(/\/images\/json\?.*label/, async (_, answer, pass) => {
    if (isCut) answer.destroy()
    else answer.writeHead(200, { 'content-type': 'application/json' }).end((await pass()).body)
  })

  const first = await openLamina(proxy)
  const before = laminaPage(first.page)
  await before.container(name).click()
  await before.reference.fill(reference)
  await before.commitButton.click()
  await before.outcome.getByText('The answer was lost; looking for the image').waitFor()
  await picture(first.page, 'looking-for-snapshot')
  await before.outcome.getByRole('button', { name: 'Cancel' }).click()
  const reason = 'What became of the snapshot before is not known yet.'
  const isOff = async (lamina: typeof before) => {
    await lamina.commitBox.getByText(reason).waitFor()
    expect(await lamina.commitButton.isDisabled()).toBe(true)
    expect(await lamina.page.getByRole('button', { name: `Snapshot ${name}` }).isDisabled()).toBe(true)
  }
  await isOff(before)
  const cutOff = { name: `A snapshot of ${name} was cut off` }
  const inFirst = first.page.getByRole('region', cutOff)
  await inFirst.getByText('The engine cannot be asked at present what became of it.').waitFor()
  // What happened, and what to do, is said in one place.
  expect(await before.alert.count()).toBe(1)
  await picture(first.page, 'unknown-snapshot')
  await first.kill()

  const { page } = await openLamina({ dockerHost: proxy.dockerHost, dataDir: first.dataDir })
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  await isOff(lamina)
  isCut = false
  const offer = page.getByRole('region', cutOff)
  await offer.getByText('The image was made, but does not carry its name').waitFor()
  await lamina.commitBox.getByText(reason).waitFor({ state: 'detached' })
  await expect.poll(() => lamina.commitButton.isEnabled()).toBe(true)
  await offer.getByRole('button', { name: 'Give it its name' }).click()
  await offer.waitFor({ state: 'detached' })
})
