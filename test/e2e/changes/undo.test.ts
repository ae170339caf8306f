import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { importImage } from '../../engines/images/images'
import { sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { laminaPage, type LaminaPage } from '../rig/pages'
import { sharedWindow } from '../rig/shared-window'

const engine = sharedEngine()
const name = uniqueName('undo')
const image = `${name}:base`
const open = sharedWindow(() => engine.dockerHost)
const passwd = 'root:x:0:0:root:/root:/bin/sh\n'

const inContainer = (script: string) => runInContainer(engine.docker, name, script)

beforeAll(async () => {
  await importImage(engine.docker, image, { 'etc/passwd': passwd, 'etc/group': 'root:x:0:\n' })
  await startContainer(engine.docker, { name, image })
})

afterAll(async () => {
  await removeContainers(engine.docker, name)
  await removeImages(engine.docker, image)
})

async function opened(): Promise<LaminaPage> {
  const { page } = await open()
  const lamina = laminaPage(page)
  await lamina.container(name).click()
  return lamina
}

test('a changed file gets the version of its image back, after a snapshot, with the keyboard alone', async () => {
  const snapshot = `${name}:before`
  onTestFinished(() => removeImages(engine.docker, snapshot))
  await inContainer('echo changed >> /etc/passwd')
  const lamina = await opened()
  await lamina.line(/passwd/).waitFor()
  await lamina.tree.focus()
  await lamina.page.keyboard.type('passwd')
  await expect.poll(() => lamina.line(/passwd/).getAttribute('aria-selected')).toBe('true')
  await lamina.page.keyboard.press('Control+Alt+z')
  const question = lamina.page.getByRole('dialog', { name: 'Restore the version of the image?' })
  await question.getByRole('list', { name: 'What will happen' }).getByRole('listitem').first().waitFor()
  await question.getByRole('textbox', { name: 'Name of the snapshot' }).fill(snapshot)
  await lamina.page.keyboard.press('Enter')
  await lamina.page.getByText('/etc/passwd has the version of the image again.').waitFor()
  await lamina.page.getByText(`Kept before: ${snapshot}`).waitFor()
  // The container runs, so the engine's API put it back: a copy that equals the image's, and is still listed.
  await lamina.line(/passwd .*M Nothing that was looked at differs/).waitFor()
  expect(await inContainer('cat /etc/passwd')).toBe(passwd)
  const kept = await engine.docker(['run', '--rm', '--network', 'none', snapshot, 'cat', '/etc/passwd'])
  expect(kept.stdout).toBe(`${passwd}changed\n`)
})

test('an added file is removed from the menu of its line, and a deleted one is brought back', async () => {
  await inContainer('echo new > /added-by-hand && rm /etc/group')
  const lamina = await opened()
  const undo = async (line: RegExp, verb: string) => {
    await lamina.line(line).click({ button: 'right' })
    await lamina.page.getByRole('menuitem', { name: 'Undo' }).click()
    const question = lamina.page.getByRole('dialog')
    await question.getByRole('checkbox', { name: 'Make a snapshot first' }).uncheck()
    await question.getByRole('button', { name: verb }).click()
    await lamina.line(line).waitFor({ state: 'detached' })
  }
  await undo(/added-by-hand/, 'Remove')
  await lamina.page.getByText('/added-by-hand was removed.').waitFor()
  await undo(/group .*D/, 'Bring back')
  await lamina.page.getByText('/etc/group was brought back.').waitFor()
  await inContainer('test ! -e /added-by-hand && test -s /etc/group')
})

test('nothing happens before it was agreed to', async () => {
  await inContainer('echo kept > /kept')
  const lamina = await opened()
  await lamina.line(/kept/).click()
  await lamina.page.getByRole('button', { name: 'Undo', exact: true }).click()
  const question = lamina.page.getByRole('dialog', { name: 'Remove what the container added?' })
  await question.getByRole('button', { name: 'Cancel' }).click()
  await question.waitFor({ state: 'detached' })
  expect(await inContainer('cat /kept')).toBe('kept\n')
})
