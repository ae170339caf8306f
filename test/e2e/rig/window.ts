import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright'
import { expect, onTestFinished } from 'vitest'
import { buildAppIfStale } from '../../../build/running/app-build'
import { resolveElectronRuntime } from '../../../build/running/electron-runtime'
import { launchArguments } from '../../../build/running/launch-arguments'
import { chromiumTemporary } from '../../builders/chromium-temporary'
import { startElectron } from '../../builders/electron-process'
import { ownDisplay } from './display'

/** The real application in a window of its own, on a data folder of its own. */
export interface LaminaWindow {
  readonly app: ElectronApplication
  readonly page: Page
  readonly dataDir: string
  /** Kills it at once, as a crash would. */
  kill(): Promise<void>
}

/** A window that whoever opened it has to close. */
export interface OpenedWindow extends LaminaWindow {
  /** Broken promises and violations of its content security policy that the page has reported since this was asked last. */
  takeProblems(): string[]
  close(): Promise<void>
}

export interface WindowOptions {
  readonly dockerHost: string
  /** What an earlier window kept; a new folder otherwise, which goes with the window. */
  readonly dataDir?: string
  /** Over the variables of this process, such as a home of its own. */
  readonly env?: NodeJS.ProcessEnv
}

/** Chromium warns of what sandboxes a page of the same origin; the window's holds script that runs in it to less, and is not all that does. */
const ofItsSandbox = /^An iframe which has both allow-scripts and allow-same-origin/

/** Longer than any wait of the application itself, so that a failing step says what it waited for; nothing else waits so long. */
const patience = 60_000

/**
 * Opens Lamina on an engine. It is closed when the test ends, which fails if the page reported a problem. A test that needs no process of
 * its own has one with others (`sharedWindow`).
 */
export async function openLamina(options: WindowOptions): Promise<LaminaWindow> {
  const window = await openWindow(options)
  onTestFinished(async ({ task }) => {
    const shown = task.result?.state === 'fail' ? await whatIsShown(window.app) : undefined
    await window.close()
    expect(window.takeProblems()).toEqual([])
    if (shown !== undefined) throw failedWith(shown)
  })
  return window
}

/** Opens Lamina and leaves it to the caller when it is closed. */
export async function openWindow(options: WindowOptions): Promise<OpenedWindow> {
  buildAppIfStale()
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'lamina-window-')))
  const env = {
    ...process.env,
    ...(await ownDisplay()),
    ...options.env,
    DOCKER_HOST: options.dockerHost,
    LAMINA_DATA_DIR: dataDir,
    TMPDIR: options.env?.['TMPDIR'] ?? (await chromiumTemporary(dataDir)),
    LANGUAGE: 'en',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
  }
  const launch = launchArguments(await resolveElectronRuntime(), { env })
  const { app, ended } = await startElectron(launch)
  const problems: string[] = []
  const close = async (): Promise<void> => {
    // A question before closing must not keep the test from ending.
    await app.evaluate(({ app: electronApp }) => electronApp.exit(0)).catch(() => undefined)
    await ended
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
  }
  try {
    const page = await app.firstWindow({ timeout: patience })
    page.setDefaultTimeout(patience)
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('console', (message) => {
      const isProblem = message.type() === 'error' || message.type() === 'warning'
      if (isProblem && !ofItsSandbox.test(message.text())) problems.push(message.text())
    })
    await resize(app, usualSize.width, usualSize.height)
    return {
      app,
      page,
      dataDir,
      takeProblems: () => problems.splice(0),
      close,
      async kill() {
        app.process().kill('SIGKILL')
        await ended
      },
    }
  } catch (error) {
    // An application that never shows a window has to go too.
    await close()
    throw error
  }
}

export const usualSize = { width: 1440, height: 900 } as const

/** What a screen reader would find in the window, a line each; a wait that was in vain is explained by little else. */
export async function whatIsShown(app: ElectronApplication): Promise<string | undefined> {
  const page = app.windows()[0]
  return page?.locator('body').ariaSnapshot({ timeout: 5000 }).catch(String)
}

export function failedWith(shown: string): Error {
  return new Error(`When the test failed, the window showed:\n${shown}`)
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
