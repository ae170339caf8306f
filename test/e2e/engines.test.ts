import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { startContainer } from '../engines/docker/containers'
import { startDebianHost, type DebianHost } from '../engines/debian/debian-host'
import { importImage } from '../engines/images/images'
import { startEngine, type PrivateEngine } from '../engines/engine/private-engine'
import { laminaPage } from './rig/pages'
import { picture } from './rig/pictures'
import { openLamina } from './rig/window'

// One machine with Docker on the containerd store, and Podman where its user service would be.
let host: DebianHost
let docker: PrivateEngine
let podman: PrivateEngine

beforeAll(async () => {
  host = await startDebianHost('trixie')
  const place = (name: string) => ({
    host,
    socketPath: join(host.folder, `${name}.sock`),
    dataRoot: join(host.folder, name),
  })
  docker = await startEngine('docker-26-containerd', place('docker'))
  podman = await startEngine('podman-5', place('podman'))
  for (const engine of [docker, podman]) {
    await importImage(engine.docker, 'base:1')
    await startContainer(engine.docker, { name: `in-${engine.kind}`, image: 'base:1' })
  }
  const runtime = join(host.folder, 'runtime', 'podman')
  await mkdir(runtime, { recursive: true })
  await symlink(podman.socketPath, join(runtime, 'podman.sock'))
})

afterAll(() => host.stop())

test('the engine of a host is named with its store, and another one opens as a host of its own', async () => {
  const { page } = await openLamina({
    dockerHost: docker.dockerHost,
    env: { XDG_RUNTIME_DIR: join(host.folder, 'runtime') },
  })
  const lamina = laminaPage(page)
  await lamina.container('in-docker-26-containerd').waitFor()
  await lamina.hosts.getByRole('button', { name: 'About This machine' }).click()
  const facts = page.getByRole('dialog', { name: 'This machine' })
  await facts.getByText('overlayfs · containerd image store').waitFor()
  await facts.getByRole('heading', { name: 'Other engines on this host' }).waitFor()
  await facts.getByText('Podman 5.4.2 · overlay').waitFor()
  await picture(page, '36-engines')
  await facts.getByRole('button', { name: 'Open Podman as a host' }).click()
  await page.keyboard.press('Escape')
  const other = lamina.host('Podman · here')
  await other.getByText('Podman 5.4').waitFor()
  await other.getByRole('button', { name: /^Containers/ }).click()
  await lamina.container('in-podman-5').waitFor()

  // It stays what it is while its own engine is away, and leads to the other one.
  await docker.end()
  await lamina
    .host('This machine')
    .getByRole('button', { name: /^Containers/ })
    .click()
  await page
    .getByText(`Another engine may answer at ${join(host.folder, 'runtime/podman/podman.sock')}`)
    .waitFor()
  await lamina.hosts.getByRole('button', { name: 'About This machine', exact: true }).click()
  await facts.getByRole('button', { name: 'Connect Podman' }).waitFor()
  await page.keyboard.press('Escape')
  await docker.start()
  await lamina.container('in-docker-26-containerd').waitFor()
})
