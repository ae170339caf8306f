import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { removeContainers, startContainer } from '../engines/docker/containers'
import { engineProxy, type EngineProxy } from '../engines/engine/engine-proxy'
import { importImage } from '../engines/images/images'
import { startPrivateDocker } from '../engines/docker/private-docker'
import { baseImage, sharedEngine, uniqueName } from '../engines/docker/shared-engine'
import { laminaPage } from './rig/pages'
import { picture } from './rig/pictures'
import { sharedWindow } from './rig/shared-window'
import { openLamina } from './rig/window'

const engine = sharedEngine()
const open = sharedWindow(() => engine.dockerHost)

async function aContainer(): Promise<string> {
  const name = uniqueName('fault')
  onTestFinished(() => removeContainers(engine.docker, name))
  await startContainer(engine.docker, { name, image: baseImage })
  return name
}

async function aProxy(): Promise<EngineProxy> {
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  return proxy
}

test('an engine that stops is told with the time of the next attempt, and its containers return with it', async () => {
  const own = await startPrivateDocker({ liveRestore: true })
  onTestFinished(() => own.stop())
  await importImage(own.docker, 'base:1')
  await startContainer(own.docker, { name: 'survivor', image: 'base:1' })
  const { page } = await openLamina(own)
  const lamina = laminaPage(page)
  await lamina.container('survivor').click()
  await expect.poll(() => lamina.reference.inputValue()).toMatch(/^survivor:/)

  await own.kill('KILL')
  const trouble = lamina.containers.getByRole('alert')
  await trouble.getByText(/Next attempt in \d+ seconds?\./).waitFor()
  await lamina.container('survivor').waitFor()
  expect(await lamina.commitButton.isDisabled()).toBe(true)
  await picture(page, '7-engine-lost')
  // It has a name already, whatever cannot be asked any more.
  expect(await lamina.commitBox.getByText('No name could be suggested').count()).toBe(0)

  // An attempt by hand before the engine is back: afterwards the next one by itself may take the button away first.
  await trouble.getByRole('button', { name: 'Retry' }).click()
  await trouble.getByText(/Next attempt in \d+ seconds?\./).waitFor()
  await own.start()
  await trouble.waitFor({ state: 'detached' })
  await startContainer(own.docker, { name: 'newcomer', image: 'base:1' })
  await lamina.container('newcomer').waitFor()
})

test('without an engine the window says so and what to do, and shows no empty list', async () => {
  const { page } = await openLamina({ dockerHost: 'unix:///nowhere/docker.sock' })
  const lamina = laminaPage(page)
  const trouble = lamina.containers.getByRole('alert')
  await trouble.getByText('/nowhere/docker.sock').first().waitFor()
  await trouble.getByRole('button', { name: 'Retry' }).waitFor()
  expect(await page.getByText('No containers on this host').count()).toBe(0)
})

test('in Chinese a failure is told in Chinese, and what is English in it is named as that', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'lamina-chinese-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  await writeFile(join(dataDir, 'settings.json'), JSON.stringify({ locale: 'zh-CN' }))
  const name = await aContainer()
  const proxy = await aProxy()
  const { page } = await openLamina({ dockerHost: proxy.dockerHost, dataDir })
  await page.getByRole('button', { name: new RegExp(`^${name}, .*已运行`) }).waitFor()
  await proxy.close()
  const trouble = page.getByRole('alert').first()
  await trouble.getByText('引擎没有响应', { exact: true }).waitFor()
  await trouble
    .getByText('请在引擎所在的机器上启动它，例如：systemctl start docker', { exact: true })
    .waitFor()
  await trouble.getByText(/^英文原文：.*docker\.sock/).waitFor()
})

test('a list that fails is a failure with a retry, never an empty list', async () => {
  const name = await aContainer()
  const proxy = await aProxy()
  let isBroken = true
  proxy.interfere(/\/containers\/json/, async (_, answer, pass) => {
    const { status, body } = isBroken
      ? { status: 500, body: '{"message":"the disk is on fire"}' }
      : await pass()
    answer.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  // What happens to the containers of other tests would have the list asked for again, before it is by hand.
  proxy.interfere(/\/events/, (_, answer) => {
    answer.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
  })
  const { page } = await openLamina(proxy)
  const lamina = laminaPage(page)
  await lamina.containers.getByText('the disk is on fire').waitFor()
  expect(await page.getByText('No containers on this host').count()).toBe(0)
  isBroken = false
  await lamina.containers.getByRole('button', { name: 'Retry' }).click()
  await lamina.container(name).waitFor()
  await lamina.alert.waitFor({ state: 'detached' })
})

test('a container that is removed while it is open is said to be gone', async () => {
  const name = await aContainer()
  const { page } = await open()
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  await lamina.commitBox.waitFor()
  await removeContainers(engine.docker, name)
  await lamina.detail.getByText(`${name} is gone`).waitFor()
  await lamina.container(name).waitFor({ state: 'detached' })
})

test('an image that is removed before it is compared is a failure, not a comparison', async () => {
  const { page } = await open()
  const lamina = laminaPage(page)
  const image = `${uniqueName('short-lived')}:1`
  await importImage(engine.docker, image, { 'etc/own': 'own' })
  await lamina.nav('Images').click()
  await lamina.image(image).click()
  await lamina.detail.getByRole('button', { name: 'Compare with…' }).click()
  await engine.docker(['rmi', image])
  await page.getByRole('combobox', { name: 'Right stack' }).fill(baseImage)
  // Containers of that image are offered too.
  await page.getByRole('option', { name: `Image ${baseImage}` }).click()
  await lamina.detail.getByRole('alert').getByText('It is not there').waitFor()
})
