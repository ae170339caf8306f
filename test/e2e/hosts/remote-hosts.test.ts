import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { populateDemo } from '../../../build/demo/populate'
import { removeContainers, startContainer } from '../../engines/docker/containers'
import { importImage } from '../../engines/images/images'
import { startPrivateDocker } from '../../engines/docker/private-docker'
import { startPrivateSshd } from '../../engines/ssh/private-sshd'
import { runCommand } from '../../engines/run-command'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { picture } from '../rig/pictures'
import { addHost, openAtHome, type RemoteHost } from './remote-host'

const local = sharedEngine()
const localName = uniqueName('notes')
let remote: RemoteHost

beforeAll(async () => {
  const [engine, sshd] = await Promise.all([startPrivateDocker(), startPrivateSshd()])
  await populateDemo(engine.docker)
  await importImage(engine.docker, baseImage)
  const keyFile = await sshd.makeKey('ed25519')
  await sshd.authorize('root', keyFile)
  remote = { engine, sshd, keyFile, address: sshd.address('root', engine.socketPath) }
  await startContainer(local.docker, { name: localName, image: baseImage })
  // Six images are built and eight containers made, which takes minutes beside other work.
}, 300_000)

afterAll(async () => {
  await removeContainers(local.docker, localName)
  await remote.sshd.stop()
  await remote.engine.stop()
})

/** A window with the remote host open, asked nothing. */
async function connected() {
  const { keyFile, address, sshd } = remote
  const opened = await openAtHome(local.dockerHost)
  await addHost(opened.lamina, { address, keyFile, knownHostsFile: sshd.knownHostsFile })
  await opened.lamina.container('web-1').waitFor()
  return opened
}

test('a host is added by its address, its key compared and trusted, its key file opened, its changes seen', async () => {
  const { sshd, address } = remote
  const keyFile = await sshd.makeKey('ed25519', 'a passphrase')
  await sshd.authorize('root', keyFile)
  const config =
    'Host staging\n  HostName staging.example\n  User deploy\nHost prod/web1\n  HostName 192.0.2.1\n'
  const hostKey = await readFile(join(sshd.folder, 'host', 'ed25519.pub'), 'utf8')
  const { page, lamina, home } = await openAtHome(local.dockerHost, {
    '.ssh/config': config,
    '.ssh/known_hosts': `build-box.example ${hostKey}`,
  })
  await lamina.container(localName).waitFor()

  await page.keyboard.press('Control+n')
  const adding = page.getByRole('dialog', { name: 'Add a host' })
  await adding.getByRole('button', { name: 'Add staging and connect' }).waitFor()
  await adding.getByRole('button', { name: 'Add prod/web1 and connect' }).waitFor()
  await adding.getByRole('textbox', { name: 'Address' }).fill('prod/web1')
  await adding.getByText('Will be kept as ssh://prod%2Fweb1, the host prod/web1.').waitFor()
  await adding.getByRole('textbox', { name: 'Address' }).fill('ssh://root:secret@build-box')
  await adding.getByText('No password belongs in an address.').waitFor()
  expect(await adding.getByRole('button', { name: 'Add and connect', exact: true }).isDisabled()).toBe(true)
  await adding.getByRole('textbox', { name: 'Address' }).fill('root@build-box')
  await adding.getByText('Will be kept as ssh://root@build-box.').waitFor()
  await picture(page, '14-add-host')
  await page.keyboard.press('Escape')

  await addHost(lamina, { address, keyFile })
  const question = page.getByRole('alertdialog', { name: 'Is this the right host?' })
  const listed = await runCommand('ssh-keygen', ['-lf', join(sshd.folder, 'host', 'ed25519.pub')])
  await question.getByText(listed.stdout.split(' ')[1] ?? '', { exact: true }).waitFor()
  await question.getByText('For build-box').waitFor()
  await question.getByText('build-box.example').waitFor()
  await question.getByText(join(home, '.ssh', 'known_hosts'), { exact: true }).waitFor()
  const refuse = question.getByRole('button', { name: 'Refuse' })
  await expect.poll(() => refuse.evaluate((button) => button === document.activeElement)).toBe(true)
  await picture(page, '15-host-key')
  await question.getByRole('button', { name: 'Trust and connect' }).click()

  const passphrase = page.getByRole('dialog', { name: 'Passphrase of a key' })
  await passphrase.getByRole('textbox', { name: 'Passphrase' }).fill('not this one')
  await page.keyboard.press('Enter')
  await passphrase.getByText('The last passphrase was not right.').waitFor()
  await picture(page, '16-passphrase')
  await passphrase.getByRole('textbox', { name: 'Passphrase' }).fill('a passphrase')
  await page.keyboard.press('Enter')

  await lamina.container('web-1').click()
  // The name may be hashed there, as ssh_config asks for.
  const written = ['-F', `[127.0.0.1]:${sshd.port}`, '-f', join(home, '.ssh', 'known_hosts')]
  expect((await runCommand('ssh-keygen', written)).stdout).toContain('ssh-ed25519')
  await lamina.line(/nginx\.conf 233 B/).click()
  await lamina.facts.getByText('-rw-r--r-- 0644').waitFor()
  await lamina.statusBar.getByText(/^build-box · overlay2 · host lens · 20 changes/).waitFor()
  await picture(page, '17-remote-changes')

  await page.getByRole('button', { name: 'Actions for build-box' }).click()
  await page.getByRole('menuitem', { name: 'Connection log' }).click()
  const log = page.getByRole('dialog', { name: 'Connection log of build-box' })
  await log.getByText('wrong passphrase').waitFor()
  expect(await log.innerText()).not.toContain('a passphrase')
  await picture(page, '20-connection-log')
})

test('a question survives a reload of the page; a key that is refused is not written, and nothing connected', async () => {
  const { keyFile, address } = remote
  const { page, lamina, home } = await openAtHome(local.dockerHost)
  await addHost(lamina, { address, keyFile })
  const question = page.getByRole('alertdialog', { name: 'Is this the right host?' })
  await question.waitFor()
  await page.reload()
  await question.getByText('For build-box').waitFor()
  await question.getByText(join(home, '.ssh', 'known_hosts'), { exact: true }).waitFor()
  await page.keyboard.press('Escape')
  await question.waitFor({ state: 'detached' })
  await lamina.host('build-box').getByText('failed').waitFor()
  await lamina.hosts.getByRole('button', { name: 'Connect build-box' }).click()
  await question.getByRole('button', { name: 'Refuse' }).click()
  const trouble = lamina.containers.getByRole('alert')
  await trouble.getByText('Nothing more is tried until Connect is chosen.').waitFor()
  await trouble.getByRole('button', { name: 'Connect', exact: true }).waitFor()
  await expect(readFile(join(home, '.ssh', 'known_hosts'), 'utf8')).rejects.toThrow('ENOENT')
})

test('a changed host key is refused with file and line, and there is no button to go on', async () => {
  const { keyFile, address, sshd } = remote
  const other = await readFile(`${await sshd.makeKey('ed25519')}.pub`, 'utf8')
  const stale = `# what was written down\n[127.0.0.1]:${sshd.port} ${other}`
  const { page, lamina, home } = await openAtHome(local.dockerHost, { '.ssh/known_hosts': stale })
  await addHost(lamina, { address, keyFile })
  const trouble = lamina.containers.getByRole('alert')
  await trouble.getByText('The host’s key has changed').waitFor()
  await trouble
    .getByText(join(home, '.ssh', 'known_hosts'))
    .first()
    .waitFor()
  await trouble.getByText('ssh-keygen').first().waitFor()
  expect(await trouble.innerText()).toMatch(/\b(line |:)2\b/)
  expect(await page.getByRole('button', { name: /trust/i }).count()).toBe(0)
  expect(await page.getByRole('alertdialog').count()).toBe(0)
  expect(await readFile(join(home, '.ssh', 'known_hosts'), 'utf8')).toBe(stale)

  await writeFile(join(home, '.ssh', 'known_hosts'), await readFile(sshd.knownHostsFile))
  await trouble.getByRole('button', { name: 'Connect', exact: true }).click()
  await lamina.container('web-1').waitFor()
})

test('a lost link is told with the next attempt, what was seen stays, and it all returns by itself', async () => {
  const { sshd, engine } = remote
  const { page, lamina } = await connected()
  await lamina.container('web-1').click()
  await lamina.line(/nginx\.conf 233 B/).waitFor()

  onTestFinished(() => sshd.start().catch(() => undefined))
  await sshd.kill()
  const trouble = lamina.containers.getByRole('alert')
  await trouble.getByText(/Next attempt in \d+ seconds?\./).waitFor()
  await lamina.detail.getByText('build-box is not connected: this is how it was').waitFor()
  await lamina.line(/nginx\.conf 233 B/).waitFor()
  expect(await lamina.commitButton.isDisabled()).toBe(true)
  await lamina.container(localName).waitFor({ state: 'detached' })
  await picture(page, '18-link-lost')

  onTestFinished(() => removeContainers(engine.docker, 'made-meanwhile'))
  await startContainer(engine.docker, { name: 'made-meanwhile', image: 'redis:7' })
  await sshd.start()
  await lamina.container('made-meanwhile').waitFor()
  await trouble.waitFor({ state: 'detached' })
  await lamina.line(/nginx\.conf 233 B/).waitFor()
  await expect.poll(() => lamina.commitButton.isDisabled()).toBe(false)
})

test('containers of all hosts are one list, and stacks of two hosts are compared', async () => {
  const { page, lamina } = await connected()
  await lamina.hosts.getByRole('button', { name: /^All hosts/ }).click()
  await lamina.detail.getByRole('button', { name: new RegExp(`^${localName}, This machine, `) }).waitFor()
  const onRemote = lamina.detail.getByRole('button', { name: /^web-1, build-box, nginx:1\.27, running/ })
  await onRemote.waitFor()
  await picture(page, '19-all-hosts')
  await lamina.detail.getByRole('searchbox').fill('build-box web')
  await lamina.detail
    .getByRole('button', { name: new RegExp(`^${localName}`) })
    .waitFor({ state: 'detached' })
  await onRemote.click()
  await lamina.line(/nginx\.conf 233 B/).waitFor()

  await lamina.hosts.getByRole('button', { name: 'Compare' }).click()
  const choose = async (side: 'Left' | 'Right', host: string) => {
    await page.getByRole('combobox', { name: `${side} stack` }).fill(`${baseImage} ${host}`)
    await page
      .getByRole('option', { name: new RegExp(`${baseImage}.*${host}`) })
      .last()
      .click()
  }
  await choose('Left', 'This machine')
  await choose('Right', 'build-box')
  await page.getByText('1 of 1 layer shared').waitFor()
  const right = page.getByRole('combobox', { name: 'Right stack' })
  expect(await right.inputValue()).toBe(`${baseImage} · build-box`)
})

test('a host of a Docker context is one click away, and one that is removed leaves nothing behind', async () => {
  const { keyFile, engine, sshd } = remote
  // The alias, and not the host before the slash.
  const address = `ssh://root@prod%2Fweb1${engine.socketPath}`
  const context = { Name: 'edge', Metadata: {}, Endpoints: { docker: { Host: address } } }
  const way = `  Port ${sshd.port}\n  IdentityFile ${keyFile}\n  UserKnownHostsFile ${sshd.knownHostsFile}\n`
  const config = `Host prod/web1\n  HostName 127.0.0.1\n${way}`
  const { page, lamina } = await openAtHome(local.dockerHost, {
    '.ssh/config': config,
    '.docker/contexts/meta/0/meta.json': JSON.stringify(context),
  })
  await lamina.hosts.getByRole('button', { name: 'Add host' }).click()
  await page.getByRole('button', { name: 'Add edge and connect' }).click()
  await lamina.container('web-1').click()
  await lamina.line(/nginx\.conf 233 B/).waitFor()

  const actions = page.getByRole('button', { name: 'Actions for edge' })
  await actions.click()
  await page.getByRole('menuitem', { name: 'Disconnect' }).click()
  await lamina.host('edge').getByText('not connected').waitFor()
  await actions.click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await page
    .getByRole('alertdialog', { name: 'Remove edge?' })
    .getByRole('button', { name: 'Remove' })
    .click()
  await lamina.host('edge').waitFor({ state: 'detached' })
  await lamina.container(localName).waitFor()
  await page.keyboard.press('Alt+ArrowLeft')
  await lamina.container(localName).waitFor()
})
