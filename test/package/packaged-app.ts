import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright'
import { eventually } from '../engines/wait'

/** A packed app that runs. Playwright's own way in is the inspector, which the fuses close; so the browser's port is used. */
export interface RunningPackage {
  readonly page: Page
  readonly pid: number
  /** Everything written to standard output and standard error so far. */
  output(): string
  close(): Promise<void>
}

/** `asNobody` runs it as a user without rights, so that Chromium's sandbox is on even where tests run as root. */
export interface PackageStart {
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  readonly asNobody?: boolean
}

/** Milliseconds for a start. Only one that fails takes so long. */
const patience = 60_000
const nobody = 65534
const isRoot = process.getuid?.() === 0

/** Starts a packed executable on a data folder of its own and waits for its page. */
export async function startPackage(executable: string, start: PackageStart = {}): Promise<RunningPackage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lamina-package-data-'))
  const asNobody = isRoot && start.asNobody === true
  if (asNobody) chmodSync(dataDir, 0o777)
  const sandbox = isRoot && !asNobody ? ['--no-sandbox'] : []
  const child = spawn(executable, [...sandbox, '--remote-debugging-port=0', ...(start.args ?? [])], {
    env: {
      ...process.env,
      HOME: dataDir,
      TMPDIR: dataDir,
      LAMINA_DATA_DIR: join(dataDir, 'data'),
      // The machine's own engine is of no concern.
      DOCKER_HOST: 'unix:///nonexistent',
      ...start.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(asNobody ? { uid: nobody, gid: nobody } : {}),
  })
  let output = ''
  const hear = (chunk: Buffer) => (output += chunk.toString())
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  // Its helpers write to the data folder to the last; they have its output as well, which is closed with the last of them.
  const gone = once(child, 'close')
  const close = async (browser?: Browser) => {
    await browser?.close()
    child.kill()
    await gone
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const address = await debuggerAddress(child, () => output)
    await pageIsListed(address)
    const browser = await chromium.connectOverCDP(address)
    const page = browser.contexts()[0]?.pages()[0]
    if (page === undefined) throw new Error('The package has no page')
    await page.waitForLoadState()
    return { page, pid: child.pid ?? 0, output: () => output, close: () => close(browser) }
  } catch (error) {
    await close()
    throw new Error(`The package did not start:\n${output}`, { cause: error })
  }
}

/**
 * The debugger answers before there is a window, and Playwright, attaching while the page is made, then sometimes waits
 * for a page that was replaced meanwhile. So it attaches to a page that stands.
 */
async function pageIsListed(address: string): Promise<void> {
  const { host } = new URL(address)
  const isListed = async () => {
    const answer = await fetch(`http://${host}/json/list`)
    const targets = (await answer.json()) as { type: string; url: string }[]
    return targets.some(({ type, url }) => type === 'page' && url === 'app://lamina/index.html')
  }
  await eventually(isListed, { within: patience, every: 50, what: 'the page of the package' })
}

async function debuggerAddress(child: ChildProcess, output: () => string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${String(patience)} ms`)), patience)
    const look = () => {
      const found = /DevTools listening on (ws:\S+)/.exec(output())
      if (found?.[1] === undefined) return
      clearTimeout(timer)
      resolve(found[1])
    }
    child.stderr?.on('data', look)
    child.once('exit', () => {
      clearTimeout(timer)
      reject(new Error('it ended'))
    })
  })
}
