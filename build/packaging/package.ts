import '../running/required-node'
import { relative } from 'node:path'
import { buildApp } from '../running/app-build'
import { packageApp } from './app-package'
import { resolveElectronRuntime } from '../running/electron-runtime'
import { repository } from '../running/launch-arguments'
import { prepareSystemOrExit } from '../running/prepare'

const ownTargets = { darwin: ['dmg'], win32: ['nsis'] }
const targets = process.argv.slice(2)
const usual =
  process.platform in ownTargets ? ownTargets[process.platform as 'darwin' | 'win32'] : ['dir', 'tar.gz']

if (process.platform === 'linux') prepareSystemOrExit(['packaging'])
const runtime = await resolveElectronRuntime()
buildApp()
const made = await packageApp(runtime, targets.length > 0 ? targets : usual)
if (runtime.isFallback)
  process.stderr.write(
    `Made with the development runtime (Electron ${runtime.version}): a -dev package, not for release.\n`,
  )
for (const path of [made.folder, ...made.artifacts]) process.stdout.write(`${relative(repository, path)}\n`)
