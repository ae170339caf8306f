import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright'
import { resolveElectronRuntime } from '../../build/running/electron-runtime'
import { launchArguments } from '../../build/running/launch-arguments'
import { chromiumTemporary } from '../builders/chromium-temporary'
import { startElectron, type ElectronProcess } from '../builders/electron-process'

/** The real built app with a data folder of its own and no engine behind it. */
export interface AppUnderTest {
  readonly app: ElectronApplication
  readonly page: Page
  readonly dataDir: string
  close(): Promise<void>
}

/** Starts the app as `npm start` would, with more switches if need be, and waits for its page; `close` also removes its data folder. */
export async function startApp(switches: readonly string[] = []): Promise<AppUnderTest> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lamina-security-'))
  let started: ElectronProcess | undefined
  const close = async (): Promise<void> => {
    await started?.app.close()
    await started?.ended
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    started = await launchOn(dataDir, switches)
    const { app } = started
    // Only what fails takes so long.
    const page = await app.firstWindow({ timeout: 60_000 })
    await page.waitForLoadState()
    return { app, page, dataDir, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function launchOn(dataDir: string, switches: readonly string[]): Promise<ElectronProcess> {
  const launch = launchArguments(await resolveElectronRuntime(), {
    env: {
      ...process.env,
      LAMINA_DATA_DIR: dataDir,
      TMPDIR: await chromiumTemporary(dataDir),
      DOCKER_HOST: `unix://${dataDir}/no-engine.sock`,
    },
  })
  return await startElectron({ ...launch, args: [...launch.args, ...switches] })
}

/** The script's outcome in the page: its value, or the text of what it threw. */
export async function attempt(page: Page, script: string): Promise<string> {
  return await page.evaluate(
    `(async () => { try { return String(await (async () => (${script}))()) } catch (error) { return 'refused: ' + error } })()`,
  )
}
