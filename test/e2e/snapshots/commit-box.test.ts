import { expect, onTestFinished, test } from 'vitest'
import { removeContainers, startContainer } from '../../engines/docker/containers'
import { engineProxy } from '../../engines/engine/engine-proxy'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { laminaPage } from '../rig/pages'
import { openLamina } from '../rig/window'

const engine = sharedEngine()

test('a name that is suggested while a person is in its field is replaced by what is typed', async () => {
  const name = uniqueName('suggested')
  onTestFinished(() => removeContainers(engine.docker, name))
  await startContainer(engine.docker, { name, image: baseImage })
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  let letThrough: () => void = () => undefined
  const released = new Promise<void>((resolve) => (letThrough = resolve))
  // The review of a snapshot asks for the image; without its answer no name is suggested.
  proxy.interfere(/\/images\/[^/]+\/json/, async (_, answer, pass) => {
    await released
    const { status, body } = await pass()
    answer.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  const { page } = await openLamina(proxy)
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  await lamina.reference.click()
  expect(await lamina.reference.inputValue()).toBe('')
  letThrough()
  await expect.poll(() => lamina.reference.inputValue()).toMatch(new RegExp(`^${name}:`))
  await page.keyboard.insertText('kept:typed')
  expect(await lamina.reference.inputValue()).toBe('kept:typed')
  expect(await lamina.commitButton.isEnabled()).toBe(true)
})
