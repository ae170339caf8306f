import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sharedEngine } from '../engines/shared-engine'
import { laminaPage } from './pages'
import { picture } from './pictures'
import { openLamina } from './window'

const engine = sharedEngine()

test('damaged files of its own are told at the start with what became of them, and hold nothing up', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'lamina-damaged-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const at = (name: string) => join(dataDir, name)
  const hosts = [
    { hostId: 'ssh://build', name: 'build' },
    { hostId: 'kube://cluster', name: 'of a newer version' },
  ]
  writeFileSync(at('hosts.json'), JSON.stringify({ hosts }))
  writeFileSync(at('settings.json.good'), JSON.stringify({ locale: 'en', author: 'kirizi' }))
  writeFileSync(at('settings.json'), '{')
  truncateSync(at('settings.json'), 2 ** 30)
  execFileSync('mkfifo', [at('window.json')])

  const first = await openLamina({ dockerHost: engine.dockerHost, dataDir })
  const alerts = first.page.getByRole('alert')
  const entries = alerts.filter({ hasText: 'hosts.json' })
  await entries.getByText(/^One entry of .*hosts\.json is not understood/).waitFor()
  const settings = alerts.filter({ hasText: 'settings.json' })
  await settings
    .getByText(
      /settings\.json was not read: it has 1073741824 bytes\. It was moved to .*\.unreadable\. The last good copy is used\.$/,
    )
    .waitFor()
  await laminaPage(first.page).hosts.getByRole('button', { name: 'About build' }).waitFor()
  await picture(first.page, 'damaged-files')
  await settings.getByRole('button', { name: 'Dismiss' }).click()
  await settings.waitFor({ state: 'detached' })
  expect(await entries.count()).toBe(1)
  await first.page.evaluate(() => window.lamina.call('zh', 'settings.set', { locale: 'zh-CN' }))
  await first.kill()

  const { page } = await openLamina({ dockerHost: engine.dockerHost, dataDir })
  await page.getByRole('alert').getByText('hosts.json 中有 1 项无法识别').waitFor()
  expect(await page.getByRole('alert').filter({ hasText: 'settings.json' }).count()).toBe(0)
})
