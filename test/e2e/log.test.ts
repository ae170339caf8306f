import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication } from 'playwright'
import { expect, onTestFinished, test } from 'vitest'
import { sharedEngine } from '../engines/docker/shared-engine'
import { eventually } from '../engines/wait'
import { laminaPage } from './rig/pages'
import { openWindow, type OpenedWindow } from './rig/window'

const engine = sharedEngine()

async function opened(
  env?: NodeJS.ProcessEnv,
): Promise<OpenedWindow & { log(): Promise<string>; file: string }> {
  const window = await openWindow({ dockerHost: engine.dockerHost, ...(env && { env }) })
  onTestFinished(() => window.close())
  const file = join(window.dataDir, 'logs', 'lamina.log')
  return { ...window, file, log: () => readFile(file, 'utf8') }
}

/** What the system is asked to show, which has no such window here. */
async function notingShown(app: ElectronApplication): Promise<() => Promise<unknown>> {
  await app.evaluate(({ app: electronApp, shell }) => {
    const shown: string[] = []
    Object.assign(electronApp, { shownOfTests: shown })
    Object.assign(shell, { showItemInFolder: (file: string) => void shown.push(file) })
  })
  return () => app.evaluate(({ app: electronApp }) => Reflect.get(electronApp, 'shownOfTests') as unknown)
}

async function holding(log: () => Promise<string>, pattern: RegExp): Promise<void> {
  await expect.poll(log).toMatch(pattern)
}

test('the log begins with what Lamina runs on, and is shown by the menu, the palette and the settings', async () => {
  const { app, page, file, log } = await opened()
  const lamina = laminaPage(page)
  expect(await log()).toMatch(
    /^\S+Z info window\[\d+\] lamina\.started version=\S+ electron=\d\S+ chrome=\S+ node=\S+ platform=linux arch=\S+ system=\S+ packaged=false\n/,
  )
  await holding(
    log,
    /info thread\[\d+\] host\.connected host=local engine=Docker version=\S+ api=\S+ storage=overlay2/,
  )
  const shown = await notingShown(app)
  await app.evaluate(({ Menu }) => {
    const help = Menu.getApplicationMenu()?.items.find(({ role }) => role === 'help')
    help?.submenu?.items.find(({ label }) => label === 'Show Log')?.click()
  })
  await expect.poll(shown).toEqual([file])
  await lamina.page.getByRole('button', { name: 'Settings' }).click()
  await lamina.page.getByRole('menuitem', { name: 'Show log' }).click()
  await expect.poll(shown).toEqual([file, file])
  await page.getByRole('menu').waitFor({ state: 'detached' })
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('textbox').fill('bug report')
  await page.getByRole('option', { name: 'Show log' }).click()
  await expect.poll(shown).toEqual([file, file, file])
})

test('what goes wrong in the page, in the thread and in processes is in the log, without what it was about', async () => {
  const { page, app, log } = await opened()
  await laminaPage(page).container('x').count()
  await page.evaluate(() => {
    console.error('The list broke at "hunter2"', { token: 'hunter2' })
    setTimeout(() => {
      throw new TypeError('went wrong with "hunter2"')
    })
    void Promise.reject(new RangeError('rejected "hunter2"'))
    console.log('not told')
  })
  await holding(log, /page\.complained console=error message="The list broke at \\"…\\"/)
  await holding(
    log,
    /page\.complained console=error message="Uncaught TypeError: went wrong with \\"…\\"" at=\S+/,
  )
  await holding(
    log,
    /page\.complained console=error message="Uncaught \(in promise\) RangeError: rejected \\"…\\"/,
  )
  await page.evaluate(() =>
    window.lamina.call('a-1', 'containers.list', { hostId: 'ssh://hunter2@nowhere.invalid' }),
  )
  await holding(
    log,
    /warning thread\[\d+\] operation\.failed operation=containers\.list ms=\d+ host=ssh-1 kind=host-unreachable why=\".*(?:ENOTFOUND|EAI_AGAIN).*\" at=\S+/,
  )
  const starter = await eventually(
    () => app.evaluate(({ app: e }) => e.getAppMetrics().find(({ name }) => name === 'Lamina commands')?.pid),
    { what: 'the process that starts commands' },
  )
  process.kill(starter, 'SIGKILL')
  await holding(log, /warning window\[\d+\] process\.gone process="Lamina commands" reason=killed/)
  await app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer()
  })
  await holding(log, /warning window\[\d+\] process\.gone process=page reason=\S+/)
  await app.evaluate(() => void Promise.reject(new Error('nobody caught "hunter2"')))
  await holding(log, /lamina\.(?:warned|crashed) .*/)
  expect(await log()).not.toMatch(/hunter2|not told/)
})

test('where the log cannot be written or shown, the window says where it is and why, in both languages', async () => {
  const { page, app, dataDir } = await opened()
  const lamina = laminaPage(page)
  await rm(join(dataDir, 'logs'), { recursive: true })
  await writeFile(join(dataDir, 'logs'), 'a file')
  await app.evaluate(({ shell }) => {
    Object.assign(shell, { openPath: () => Promise.resolve('no program for it') })
  })
  // Something to write.
  await page.evaluate(() =>
    window.lamina.call('a-1', 'containers.inspect', { hostId: 'local', containerId: 'x' }),
  )
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'Show log' }).click()
  const notice = lamina.page.getByRole('alert').filter({ hasText: 'lamina.log' })
  await expect
    .poll(() => notice.innerText())
    .toMatch(/The log is .*lamina\.log\. Its folder could not be opened\. .* cannot be written: .*ENOTDIR/)
  await page.getByRole('menu').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitemradio', { name: '中文' }).click()
  await expect.poll(() => notice.innerText()).toContain('无法打开其所在的文件夹')
  await notice.getByRole('button').click()
  await notice.waitFor({ state: 'detached' })
})
