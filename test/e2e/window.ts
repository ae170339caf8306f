import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron as electron, type ElectronApplication, type Page } from 'playwright'
import { expect, onTestFinished } from 'vitest'
import { buildAppIfStale } from '../../build/app-build'
import { resolveElectronRuntime } from '../../build/electron-runtime'
import { launchArguments } from '../../build/launch-arguments'
import { chromiumTemporary } from '../builders/chromium-temporary'

/** The real application in a window of its own, on a data folder of its own. */
export interface LaminaWindow {
  readonly app: ElectronApplication
  readonly page: Page
  readonly dataDir: string
  /** Kills it at once, as a crash would. */
  kill(): Promise<void>
}

/** Longer than any wait of the application itself, so that a failing step says what it waited for. */
const patience = 20_000

/**
 * Opens Lamina on an engine. It is closed when the test ends, which fails if the page reported an error: a broken
 * promise, a violation of its content security policy. `dataDir` opens a second one on what the first one kept.
 */
export async function openLamina(options: {
  dockerHost: string
  dataDir?: string
  /** Over the variables of this process, such as a home of its own. */
  env?: NodeJS.ProcessEnv
}): Promise<LaminaWindow> {
  buildAppIfStale()
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'lamina-window-')))
  const env = {
    ...process.env,
    ...options.env,
    DOCKER_HOST: options.dockerHost,
    LAMINA_DATA_DIR: dataDir,
    TMPDIR: await chromiumTemporary(dataDir),
    LANGUAGE: 'en',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
  }
  const launch = launchArguments(await resolveElectronRuntime(), { env })
  const app = await electron.launch({ ...launch, args: [...launch.args] })
  const closed = new Promise<void>((resolve) => app.once('close', resolve))
  const problems: string[] = []
  // Before the window is waited for: an application that never shows one has to go too.
  onTestFinished(async ({ task }) => {
    const hasFailed = task.result?.state === 'fail'
    const shown = hasFailed ? await whatIsShown(app) : undefined
    // A question before closing must not keep the test from ending.
    await app.evaluate(({ app: electronApp }) => electronApp.exit(0)).catch(() => undefined)
    await closed
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    expect(problems).toEqual([])
    if (shown !== undefined) throw new Error(`When the test failed, the window showed:\n${shown}`)
  })
  const page = await app.firstWindow()
  page.setDefaultTimeout(patience)
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
  })
  await resize(app, 1440, 900)
  return {
    app,
    page,
    dataDir,
    async kill() {
      app.process().kill('SIGKILL')
      await closed
    },
  }
}

/** What a screen reader would find in the window, a line each; a wait that was in vain is explained by little else. */
async function whatIsShown(app: ElectronApplication): Promise<string | undefined> {
  const page = app.windows()[0]
  return page?.locator('body').ariaSnapshot({ timeout: 5000 }).catch(String)
}

/** Gives the page a size in CSS pixels. */
export async function resize(app: ElectronApplication, width: number, height: number): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, size) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height)
    },
    { width, height },
  )
}
