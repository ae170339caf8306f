import { join } from 'node:path'
import type { ElectronRuntime } from './electron-runtime'

/** Everything a spawn or Playwright's `_electron.launch` needs to start the built app from this repository. */
export interface Launch {
  readonly executablePath: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Folder of the repository, where package.json stands. */
export const repository = join(import.meta.dirname, '../..')

/** How to start the built app with `runtime`; as root without Chromium's sandbox, which refuses to run as root. */
export function launchArguments(
  runtime: ElectronRuntime,
  options: { readonly appDir?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Launch {
  const appDir = options.appDir ?? repository
  const isRoot = process.getuid?.() === 0
  const env: Record<string, string> = { LAMINA_APP_DIR: appDir }
  for (const [name, value] of Object.entries(options.env ?? process.env))
    if (value !== undefined) env[name] = value
  // Set in the shells of editors that are Electron apps themselves; it would turn the app into plain Node.
  delete env.ELECTRON_RUN_AS_NODE
  const sandbox = isRoot && process.platform === 'linux' ? ['--no-sandbox'] : []
  return {
    executablePath: runtime.executable,
    args: runtime.isFallback ? sandbox : [...sandbox, appDir],
    env: { ...env, LAMINA_APP_DIR: appDir },
  }
}

/** Where there is no display, the words to put before a command so that it gets a virtual one; else empty. */
export function displayPrefix(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  if (process.platform !== 'linux' || env.DISPLAY || env.WAYLAND_DISPLAY) return []
  return ['xvfb-run', '-a', '--server-args=-screen 0 1600x1000x24 -nolisten tcp']
}
