import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { demoContainers } from '../../build/demo/containers'
import { populateDemo } from '../../build/demo/populate'
import { removeContainers, removeImages, runInContainer, startContainer } from '../engines/docker/containers'
import { startPrivateDocker, type PrivateDocker } from '../engines/docker/private-docker'
import { laminaPage, type LaminaPage } from './rig/pages'
import { picture } from './rig/pictures'
import { sharedWindow } from './rig/shared-window'

// The demo's containers have fixed names, and their number is part of what is seen: an engine for them alone.
let engine: PrivateDocker
const open = sharedWindow(() => engine.dockerHost)

beforeAll(async () => {
  engine = await startPrivateDocker()
  await populateDemo(engine.docker)
  // Six images are built and eight containers made, which takes minutes beside other work.
}, 300_000)

afterAll(() => engine.stop())

async function opened(): Promise<LaminaPage> {
  const { page } = await open()
  const lamina = laminaPage(page)
  await lamina.container('web-1').waitFor()
  return lamina
}

const words = { message: 'Raise worker limits, add the API site', author: 'kirizi' } as const

const imageNamed = async (reference: string): Promise<string> =>
  (await engine.docker(['image', 'inspect', '--format', '{{.Id}}', reference])).stdout.trim()

test('1. this machine is a host with engine, version, storage driver and readable files', async () => {
  const lamina = await opened()
  const version = (await engine.docker(['version', '--format', '{{.Server.Version}}'])).stdout.trim()
  await lamina.hosts.getByRole('button', { name: 'About This machine' }).click()
  const facts = lamina.page.getByRole('dialog', { name: 'This machine' })
  await facts.getByText(`Docker ${version}`).waitFor()
  await facts.getByText('overlay2').waitFor()
  await facts.getByText(engine.dataRoot).waitFor()
  await facts.getByText('Readable: changes come with sizes, modes and times.').waitFor()
  await picture(lamina.page, '1-hosts')
})

test('2. containers are listed, filtered, searched and sorted, and a new one appears by itself', async () => {
  const lamina = await opened()
  const names = () =>
    lamina.containers.locator('[data-item]').evaluateAll((items) => items.map((item) => item.textContent))
  const filter = (name: RegExp) => lamina.containers.getByRole('button', { name })
  await expect.poll(names).toHaveLength(demoContainers.length)

  await filter(/^Running/).click()
  await expect.poll(names).toHaveLength(demoContainers.filter(({ state }) => state === 'running').length)
  await filter(/^Stopped/).click()
  await lamina.container('ubuntu01').waitFor()
  await filter(/^All/).click()
  await lamina.containers.getByRole('searchbox').fill('mariadb')
  await expect.poll(names).toHaveLength(3)
  await lamina.containers.getByRole('searchbox').fill('')
  await lamina.containers.getByRole('button', { name: 'Sort containers' }).click()
  await lamina.page.getByRole('menuitemradio', { name: 'Running first' }).click()
  await expect.poll(async () => (await names()).at(-1)).toContain('ubuntu01')
  await picture(lamina.page, '2-containers')

  onTestFinished(() => removeContainers(engine.docker, 'from-a-terminal'))
  await startContainer(engine.docker, { name: 'from-a-terminal', image: 'redis:7' })
  await lamina.container('from-a-terminal').waitFor()
  await removeContainers(engine.docker, 'from-a-terminal')
  await lamina.container('from-a-terminal').waitFor({ state: 'detached' })
})

test('3. the upper layer is a tree with kinds, sizes and modes, and the mounts are named', async () => {
  const lamina = await opened()
  await lamina.container('web-1').click()
  await lamina.line('api.conf 74 B 0644 A').waitFor()
  await lamina.line('default.conf 60 B 0644 D').waitFor()
  await lamina.line(/localtime → \/usr\/share\/zoneinfo\/Asia\/Shanghai .* M/).waitFor()
  await lamina.line(/^var .*12\.4 MB/).waitFor()
  await lamina.statusBar.getByText(/overlay2 · host lens · \d+ changes, first read in [\d,]+ ms/).waitFor()
  await lamina.line(/nginx\.conf 233 B/).click()
  await lamina.facts.getByText('-rw-r--r-- 0644').waitFor()
  await lamina.facts.getByText('Modified: differs from the image').waitFor()
  await lamina.commitBox.getByText('Not included: volume nginx-cache /var/cache/nginx').waitFor()
  await picture(lamina.page, '3-changes')

  await lamina.detail.getByRole('searchbox').fill('api')
  await lamina.line(/^etc \/ nginx \/ conf\.d/).waitFor()
  await expect.poll(() => lamina.tree.getAttribute('aria-rowcount')).toBe('2')
  await lamina.detail.getByRole('searchbox').fill('')
  await lamina.detail.getByRole('button', { name: /^Added/ }).click()
  await lamina.line(/api\.conf/).waitFor({ state: 'detached' })
  await lamina.tab(/^Layers/).click()
  await lamina.detail.getByText("the container's own writable layer").waitFor()
  await picture(lamina.page, '3-layers')
  await lamina.tab(/^Details/).click()
  await lamina.detail.getByRole('heading', { name: 'Mounts: not part of a snapshot' }).waitFor()
  await lamina.detail
    .getByText(/overlay2\/[0-9a-f]+\/merged/)
    .first()
    .waitFor()
})

test('4. a snapshot is made from the box and in one click, and an existing name is not taken unasked', async () => {
  const lamina = await opened()
  onTestFinished(() => removeImages(engine.docker, 'kept:one', 'cache-moved:1'))
  await lamina.container('web-1').click()
  await lamina.reference.fill('Kept:one')
  await lamina.commitBox.getByText('Only the tag may have capital letters.').waitFor()
  expect(await lamina.commitButton.isDisabled()).toBe(true)
  await lamina.describeSnapshot({ ...words, reference: 'kept:one' })
  await lamina.message.press('Control+Enter')
  await lamina.outcome.getByText('8 + 1 layers, checked').waitFor()
  await picture(lamina.page, '4-snapshot')
  const first = await imageNamed('kept:one')

  await lamina.reference.fill('kept:one')
  await lamina.commitBox
    .getByText('Another image has this name; it is not taken without a question.')
    .waitFor()
  await lamina.commitButton.click()
  const question = lamina.page.getByRole('alertdialog')
  await question.getByRole('button', { name: 'Keep it there' }).click()
  await question.waitFor({ state: 'detached' })
  expect(await imageNamed('kept:one')).toBe(first)

  await lamina.page.getByRole('button', { name: 'Snapshot cache', exact: true }).click()
  await lamina.statusBar.getByText(/^Snapshot cache:.* made$/).click()
  const made = await lamina.outcome.getByText(/^cache:\d{4}-\d\d-\d\d-1$/).innerText()
  expect(await lamina.author.inputValue()).toBe('kirizi')
  await removeImages(engine.docker, made)
})

test('5. images are listed, and one shows its layers, history, configuration and raw answers', async () => {
  const lamina = await opened()
  await lamina.nav('Images').click()
  await lamina.image('mariadb:11').click()
  const layers = lamina.detail.getByRole('list', { name: 'Layers, top first' }).getByRole('listitem')
  await layers.first().waitFor()
  expect(await layers.count()).toBe(8)
  await lamina.detail.getByText('docker-entrypoint-initdb.d').waitFor()
  await picture(lamina.page, '5-image')
  await lamina.tab(/^History/).click()
  await lamina.detail.getByText('12 steps, newest first; 4 of them').waitFor()
  await picture(lamina.page, '5-history')
  await lamina.tab(/^Configuration/).click()
  await lamina.detail.getByText('3306/tcp').waitFor()
  await lamina.tab(/^Raw/).click()
  await lamina.detail.getByRole('region', { name: 'Inspect' }).getByText('"RootFS"').waitFor()
  await lamina.image('my_image01:1.0').click()
  await lamina.tab(/^Layers/).click()
  await lamina.detail.getByText('test commit').first().waitFor()
})

test('6. any two stacks are compared side by side, after a commit with its base in one click', async () => {
  const lamina = await opened()
  onTestFinished(() => removeImages(engine.docker, 'kept:compare'))
  await lamina.container('web-1').click()
  await lamina.describeSnapshot({ ...words, reference: 'kept:compare' })
  await lamina.commitButton.click()
  await lamina.outcome.getByRole('button', { name: 'Compare with its base' }).click()
  await lamina.page.getByText('8 of 9 layers shared').waitFor()
  await picture(lamina.page, '6-compare')

  await lamina.page.getByRole('button', { name: 'Swap sides' }).click()
  const left = lamina.page.getByRole('combobox', { name: 'Left stack' })
  await expect.poll(() => left.inputValue()).toBe('kept:compare')
  await left.fill('my_image01:1')
  await lamina.page.getByRole('option', { name: 'my_image01:1.0' }).click()
  await lamina.page.getByText('1 of 9 layers shared').waitFor()
})

test('7. what happens after a snapshot is marked, compared with it, and can be undone one by one', async () => {
  const lamina = await opened()
  const { page } = lamina
  onTestFinished(() => removeImages(engine.docker, 'kept:since'))
  await lamina.container('web-1').click()
  await lamina.describeSnapshot({ ...words, reference: 'kept:since' })
  await lamina.commitButton.click()
  await lamina.outcome.getByText('8 + 1 layers, checked').waitFor()

  await runInContainer(
    engine.docker,
    'web-1',
    'echo "limit_req zone=api burst=20;" >> /etc/nginx/conf.d/api.conf; echo "worker_rlimit_nofile 65536;" > /etc/nginx/limits.conf',
  )
  await lamina.tree.focus()
  await page.keyboard.press('F5')
  const foot = page.getByRole('group', { name: 'About this listing' })
  await foot.getByRole('button', { name: /new/ }).waitFor()
  await lamina.line(/limits\.conf .*Changed since the last look/).waitFor()
  await picture(page, '33-live')

  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Compare with another image…' }).click()
  await page.getByRole('combobox', { name: 'Compared with' }).fill('kept:since')
  await page.getByRole('option', { name: 'kept:since' }).click()
  await lamina.line(/limits\.conf .*A/).waitFor()
  await lamina.line(/api\.conf .*M/).click()
  await page.getByText('limit_req zone=api burst=20;').first().waitFor()
  await picture(page, '34-since-snapshot')
  await page.getByRole('button', { name: 'Back to its own image' }).click()

  await lamina.line(/nginx\.conf .*M/).click()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  const question = page.getByRole('dialog', { name: 'Restore the version of the image?' })
  await question.getByRole('list', { name: 'What will happen' }).getByRole('listitem').first().waitFor()
  await picture(page, '35-undo')
  await question.getByRole('button', { name: 'Cancel' }).click()
})
