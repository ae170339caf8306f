import './required-node'
import { spawn } from 'node:child_process'
import { buildAppIfStale } from './app-build'
import { resolveElectronRuntime } from './electron-runtime'
import { displayPrefix, launchArguments } from './launch-arguments'
import { prepareSystemOrExit } from './prepare'

const prefix = displayPrefix()
prepareSystemOrExit(prefix.length > 0 ? ['electron', 'display'] : ['electron'])
const runtime = await resolveElectronRuntime()
buildAppIfStale()
const launch = launchArguments(runtime)
if (launch.args.includes('--no-sandbox'))
  process.stderr.write("Warning: started as root, so Chromium's sandbox is off. Prefer an ordinary user.\n")
if (prefix.length > 0) process.stderr.write('No display found: Lamina runs on a virtual one.\n')
const [command = launch.executablePath, ...args] = [
  ...prefix,
  launch.executablePath,
  ...launch.args,
  ...process.argv.slice(2),
]
const child = spawn(command, args, { env: launch.env, stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)))
