import { expect, onTestFinished, test } from 'vitest'
import { startContainer } from '../engines/docker/containers'
import { importImage } from '../engines/images/images'
import { startPrivateDocker } from '../engines/docker/private-docker'
import { laminaPage } from './rig/pages'
import { picture } from './rig/pictures'
import { openLamina } from './rig/window'

test('an engine that stands still is shown so while its list stays, and is shown well again', async () => {
  const own = await startPrivateDocker()
  onTestFinished(() => own.stop())
  await importImage(own.docker, 'base:1')
  for (const name of ['sleeper', 'another']) await startContainer(own.docker, { name, image: 'base:1' })
  const { page } = await openLamina(own)
  const lamina = laminaPage(page)
  await lamina.container('sleeper').click()
  const here = lamina.host('This machine')
  await here.locator('.dot.on').waitFor()

  await own.kill('STOP')
  await here.getByText(/silent \d+ s/).waitFor()
  await here.locator('.dot.warn').waitFor()
  await lamina.containers.getByText(/No answer has come from the engine since/).waitFor()
  expect(await lamina.container('sleeper').count()).toBe(1)
  await picture(page, 'silent-engine')

  // What is not known is no zero, and what stands above a list is not said in it again.
  await lamina.container('another').click()
  expect(await lamina.detail.getByRole('button', { name: 'Added' }).textContent()).toMatch(/^\s*A\s*$/)
  await lamina.detail.getByText('No answer in time').waitFor()
  expect(await lamina.containers.getByRole('alert').getByText('No answer in time').count()).toBe(0)

  await own.kill('CONT')
  await here.locator('.dot.on').waitFor()
  await lamina.containers.getByText(/No answer has come/).waitFor({ state: 'detached' })
  await startContainer(own.docker, { name: 'newcomer', image: 'base:1' })
  await lamina.container('newcomer').waitFor()
})
