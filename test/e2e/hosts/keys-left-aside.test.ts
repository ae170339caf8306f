import { chmod } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { startPrivateSshd } from '../../engines/ssh/private-sshd'
import { sharedEngine } from '../../engines/docker/shared-engine'
import { picture } from '../rig/pictures'
import { addHost, openAtHome } from './remote-host'

const local = sharedEngine()

test('a question in the place of a key says which key was left aside and why, in both languages', async () => {
  const sshd = await startPrivateSshd()
  onTestFinished(() => sshd.stop())
  const keyFile = await sshd.makeKey('ed25519')
  await sshd.authorize('root', keyFile)
  await chmod(keyFile, 0o644)
  const { page, lamina } = await openAtHome(local.dockerHost)

  await addHost(lamina, { address: sshd.address('root'), keyFile, knownHostsFile: sshd.knownHostsFile })
  const question = page.getByRole('dialog', { name: 'The host asks' })
  const aside = question.getByRole('listitem').filter({ hasText: keyFile })
  await aside.getByText('others than its owner have rights to the file').waitFor()
  await picture(page, 'key-left-aside')
  await page.keyboard.press('Escape')
  await question.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitemradio', { name: '中文' }).click()
  await page.getByRole('menu').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: '连接', exact: true }).click()
  const asked = page.getByRole('dialog', { name: '主机的提问' })
  await asked.getByText('以下密钥未被使用：').waitFor()
  expect(await asked.getByRole('listitem').innerText()).toContain('chmod 600')
})
