import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { PrivateDocker } from '../../engines/docker/private-docker'
import type { PrivateSshd } from '../../engines/ssh/private-sshd'
import type { LaminaPage } from '../rig/pages'
import { laminaPage } from '../rig/pages'
import { openLamina, type LaminaWindow } from '../rig/window'

/** An engine behind an sshd of its own, and what a person needs to get there as root. */
export interface RemoteHost {
  readonly engine: PrivateDocker
  readonly sshd: PrivateSshd
  readonly address: string
  /** Accepted by the server, without a passphrase. */
  readonly keyFile: string
}

/** The window of a person whose home is empty but for the files given, by path in it. */
export async function openAtHome(
  dockerHost: string,
  files: Readonly<Record<string, string>> = {},
): Promise<LaminaWindow & { readonly home: string; readonly lamina: LaminaPage }> {
  const home = await mkdtemp(join(tmpdir(), 'lamina-home-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await mkdir(join(home, '.ssh'), { mode: 0o700 })
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, name)), { recursive: true })
    await writeFile(join(home, name), text)
  }
  const env = { HOME: home, SSH_AUTH_SOCK: undefined, DOCKER_CONFIG: undefined }
  const opened = await openLamina({ dockerHost, env })
  return { ...opened, home, lamina: laminaPage(opened.page) }
}

/** Adds the host by its address as `build-box` and connects; what is asked is left to the test. */
export async function addHost(
  { page, hosts }: LaminaPage,
  { address, ...options }: { address: string; keyFile: string; knownHostsFile?: string },
): Promise<void> {
  await hosts.getByRole('button', { name: 'Add host' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a host' })
  await dialog.getByRole('textbox', { name: 'Address' }).fill(address)
  await dialog.getByRole('button', { name: 'More' }).click()
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('build-box')
  await dialog.getByRole('textbox', { name: 'Key file' }).fill(options.keyFile)
  if (options.knownHostsFile !== undefined)
    await dialog.getByRole('textbox', { name: 'Known hosts file' }).fill(options.knownHostsFile)
  await dialog.getByRole('textbox', { name: 'Address' }).press('Enter')
  await dialog.waitFor({ state: 'detached' })
}
