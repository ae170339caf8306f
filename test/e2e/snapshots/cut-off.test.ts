import type { ElectronApplication } from 'playwright'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../engines/wait'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { engineProxy, type EngineProxy } from '../../engines/engine/engine-proxy'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { laminaPage } from '../rig/pages'
import { picture } from '../rig/pictures'
import { openLamina } from '../rig/window'

const engine = sharedEngine()

/** Something that is waited for until it is opened. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}

interface SlowCommits {
  readonly proxy: EngineProxy
  readonly asked: Promise<void>
  readonly letThrough: () => void
  /** The engine has answered, whoever hears it. */
  readonly done: Promise<void>
}

/** An engine that keeps a commit waiting until it is told to do it. */
async function slowCommits(): Promise<SlowCommits> {
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  const asked = gate()
  const released = gate()
  const done = gate()
  proxy.interfere(/\/commit\?/, async (_, answer, pass) => {
    asked.open()
    await released.opened
    const { status, body } = await pass()
    done.open()
    answer.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  return { proxy, asked: asked.opened, letThrough: released.open, done: done.opened }
}

async function aChangedContainer(reference: string): Promise<string> {
  const name = uniqueName('cut')
  onTestFinished(async () => {
    await removeContainers(engine.docker, name)
    await removeImages(engine.docker, reference)
  })
  await startContainer(engine.docker, { name, image: baseImage })
  await runInContainer(engine.docker, name, 'echo changed > /changed')
  return name
}

/** Answers the native question before closing with its first button, and counts how often it was put. */
async function answerWait(app: ElectronApplication): Promise<() => Promise<number>> {
  await app.evaluate(({ app: electronApp, dialog }) => {
    let asked = 0
    dialog.showMessageBox = () => {
      asked += 1
      return Promise.resolve({ response: 0, checkboxChecked: false })
    }
    Object.assign(electronApp, { timesAsked: () => asked })
  })
  return () => app.evaluate(({ app: electronApp }) => Reflect.get(electronApp, 'timesAsked')() as number)
}

test('closing the window during a snapshot asks first, and the snapshot is made', async () => {
  const { proxy, asked, letThrough } = await slowCommits()
  const reference = `${uniqueName('waited-for')}:1`
  const name = await aChangedContainer(reference)
  const { app, page } = await openLamina(proxy)
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  await lamina.reference.fill(reference)
  await lamina.message.press('Control+Enter')
  await lamina.outcome.getByText('Saving the upper layer').waitFor()
  await asked
  await picture(page, '8-saving')

  const timesAsked = await answerWait(app)
  const close = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await close()
  await eventually(async () => (await timesAsked()) === 1, { what: 'the question before closing' })
  expect(page.isClosed()).toBe(false)
  letThrough()
  await lamina.outcome.getByText('1 + 1 layers, checked').waitFor()
  const closed = new Promise((resolve) => page.once('close', resolve))
  await close()
  await closed
})

test('a snapshot that a crash cut off is offered at the next start, and can be given its name', async () => {
  const { proxy, asked, letThrough, done } = await slowCommits()
  const reference = `${uniqueName('after-crash')}:1`
  const name = await aChangedContainer(reference)
  const first = await openLamina(proxy)
  const before = laminaPage(first.page)
  await before.container(name).click()
  await before.reference.fill(reference)
  await before.commitButton.click()
  await asked
  await first.kill()
  letThrough()
  await done

  const { page } = await openLamina({ dockerHost: engine.dockerHost, dataDir: first.dataDir })
  const offer = page.getByRole('region', { name: `A snapshot of ${name} was cut off` })
  await offer.getByText(`The image was made, but does not carry its name ${reference} yet.`).waitFor()
  await picture(page, '9-unfinished')
  await offer.getByRole('button', { name: 'Give it its name' }).click()
  await offer.waitFor({ state: 'detached' })
  const tags = await engine.docker(['image', 'inspect', '--format', '{{.RepoTags}}', reference])
  expect(tags.stdout.trim()).toBe(`[${reference}]`)
})

test('a snapshot that is cancelled says so, and the box can be used again', async () => {
  const { proxy, asked, letThrough } = await slowCommits()
  const reference = `${uniqueName('cancelled')}:1`
  const name = await aChangedContainer(reference)
  const { page } = await openLamina(proxy)
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  await lamina.reference.fill(reference)
  await lamina.commitButton.click()
  await asked
  await lamina.outcome.getByRole('button', { name: 'Cancel' }).click()
  letThrough()
  await lamina.commitBox.getByRole('alert').waitFor()
  expect(await lamina.reference.inputValue()).toBe(reference)
})
