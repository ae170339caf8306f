import { join } from 'node:path'
import { _electron as electron, type ElectronApplication } from 'playwright'
import { type Launch, repository } from '../running/launch-arguments'

/** Starts the built app for Playwright, which is attached before there is a window (main.ts). `timeout` in milliseconds. */
export async function launchDriven(launch: Launch, timeout?: number): Promise<ElectronApplication> {
  const main = join('out', 'main', 'driven.js')
  // The fallback runtime takes the path from the environment, any other one from its arguments.
  const args = launch.args.map((arg) => (arg === repository ? join(repository, main) : arg))
  const env = { ...launch.env, LAMINA_APP_MAIN: main }
  const { executablePath } = launch
  return await electron.launch({ executablePath, args, env, ...(timeout !== undefined && { timeout }) })
}
