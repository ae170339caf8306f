import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright'
import { resolveElectronRuntime } from '../../../build/running/electron-runtime'
import { launchDriven } from '../../../build/driven/launch'
import { launchArguments } from '../../../build/running/launch-arguments'
import { timingOf, type Timing } from '../measure'

/** Milliseconds from the start of the process until a container is on the screen, each run on a new data folder. */
export async function startToContainers(
  dockerHost: string,
  container: string,
  runs: number,
): Promise<Timing> {
  const times: number[] = []
  for (let run = -1; run < runs; run += 1) {
    const time = await withWindow(dockerHost, async (page, began) => {
      await page.getByRole('button', { name: new RegExp(`^${container}, `) }).waitFor()
      return performance.now() - began
    })
    if (run >= 0) times.push(time)
  }
  return timingOf(times)
}

/** Milliseconds from the click on a container until the first rows of its changes are painted, going to and fro. */
export async function clickToFirstRows(
  dockerHost: string,
  containers: { measured: string; between: string },
  runs: number,
): Promise<Timing> {
  return await withWindow(dockerHost, async (page) => {
    // tsx names functions through a helper that exists in its own files only.
    await page.evaluate('globalThis.__name = (named) => named')
    const times: number[] = []
    for (let run = -1; run < runs; run += 1) {
      await page.getByRole('button', { name: new RegExp(`^${containers.between}, `) }).click()
      await page.getByRole('heading', { name: containers.between }).first().waitFor()
      await page.waitForTimeout(500)
      const button = page.getByRole('button', { name: new RegExp(`^${containers.measured}, `) })
      const time = await button.evaluate(firstRowsAfterClick)
      await page.locator('[data-tree][aria-busy="false"]').waitFor()
      if (run >= 0) times.push(time)
    }
    return timingOf(times)
  })
}

/** Runs in the window: the first frame in which the tree has rows with names of the new container ends the time. */
function firstRowsAfterClick(button: HTMLElement | SVGElement): Promise<number> {
  return new Promise((resolve) => {
    const rows = (): string =>
      [...document.querySelectorAll('[data-tree] [role=row]')].map((row) => row.textContent).join('\n')
    const before = rows()
    const began = performance.now()
    const look = (): void => {
      const now = rows()
      if (now !== before && now.includes('data')) resolve(performance.now() - began)
      else requestAnimationFrame(look)
    }
    button.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    requestAnimationFrame(look)
  })
}

/** Runs work in a window on a data folder of its own; `began` is when the process was started. */
export async function withWindow<Value>(
  dockerHost: string,
  work: (page: Page, began: number, app: ElectronApplication) => Promise<Value>,
): Promise<Value> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lamina-bench-'))
  const env = {
    ...process.env,
    DOCKER_HOST: dockerHost,
    LAMINA_DATA_DIR: dataDir,
    LANGUAGE: 'en',
    LC_ALL: 'C.UTF-8',
  }
  const launch = launchArguments(await resolveElectronRuntime(), { env })
  let app: ElectronApplication | undefined
  try {
    const began = performance.now()
    app = await launchDriven(launch)
    return await work(await app.firstWindow(), began, app)
  } finally {
    await app?.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}
