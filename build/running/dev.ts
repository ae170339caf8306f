import './required-node'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, watch } from 'node:fs'
import { join } from 'node:path'
import { buildApp } from './app-build'
import { resolveElectronRuntime } from './electron-runtime'
import { displayPrefix, launchArguments, repository } from './launch-arguments'
import { prepareSystemOrExit } from './prepare'

// The window only ever loads app://, also while developing: the app is built anew and restarted on every change.
const quietMs = 300
const prefix = displayPrefix()
prepareSystemOrExit(prefix.length > 0 ? ['electron', 'display'] : ['electron'])
const runtime = await resolveElectronRuntime()
mkdirSync(join(repository, 'out'), { recursive: true })
let app: ChildProcess | undefined
let timer: NodeJS.Timeout | undefined

rebuildAndRestart()
for (const folder of ['electron', 'renderer']) {
  watch(join(repository, folder), { recursive: true }, () => {
    clearTimeout(timer)
    timer = setTimeout(rebuildAndRestart, quietMs)
  })
}

function rebuildAndRestart(): void {
  try {
    buildApp()
  } catch (error) {
    process.stderr.write(`${String(error)}\n`)
    return
  }
  const launch = launchArguments(runtime)
  const [command = launch.executablePath, ...args] = [...prefix, launch.executablePath, ...launch.args]
  const start = () => {
    app = spawn(command, args, { env: launch.env, stdio: 'inherit' })
  }
  if (app === undefined || app.exitCode !== null) start()
  else {
    app.once('exit', start)
    app.kill()
  }
}
