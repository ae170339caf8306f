import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sharedEngine } from '../engines/docker/shared-engine'
import { laminaPage } from './rig/pages'
import { picture } from './rig/pictures'
import { openLamina } from './rig/window'

const engine = sharedEngine()

test.each<[what: string, words: RegExp, make: (dataDir: string) => void]>([
  [
    'is a file',
    /a file stands where a folder belongs \(ENOTDIR\)\. Move/,
    (dataDir) => writeFileSync(dataDir, ''),
  ],
  [
    'cannot be written to, not even by root',
    /this user has not the right to \(EPERM\)|not permitted/,
    (dataDir) => {
      mkdirSync(dataDir)
      execFileSync('chattr', ['+i', dataDir])
      onTestFinished(() => void execFileSync('chattr', ['-i', dataDir]))
    },
  ],
])('it begins although its folder %s, which is said, and what is chosen holds', async (_, words, make) => {
  const temporary = mkdtempSync(join(tmpdir(), 'lamina-no-data-'))
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }))
  const dataDir = join(temporary, 'data')
  make(dataDir)
  const { page } = await openLamina({
    dockerHost: engine.dockerHost,
    dataDir,
    env: { TMPDIR: temporary },
  })
  const told = page.getByRole('alert').filter({ hasText: 'data/window cannot be used' })
  await told.getByText(words).waitFor()
  await laminaPage(page).hosts.waitFor()
  const chosen = await page.evaluate(async () => {
    await window.lamina.call('set', 'settings.set', { author: 'kirizi' })
    return await window.lamina.call('get', 'settings.get', {})
  })
  expect(chosen).toMatchObject({ ok: true, value: { author: 'kirizi' } })
})

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
