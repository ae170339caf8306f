import '../running/required-node'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPrivateDocker, type PrivateDocker } from '../../test/engines/docker/private-docker'
import { folderOfRuns, useRunFolder } from '../../test/engines/run-folder'
import { buildAppIfStale } from '../running/app-build'
import { openByHand } from './open'
import { populateDemo } from './populate'
import { tour } from './tour'
import { resolveElectronRuntime } from '../running/electron-runtime'
import { displayPrefix, launchArguments } from '../running/launch-arguments'
import { prepareSystemOrExit } from '../running/prepare'

// With --tour, or where there is no display: walk through the main job, save screenshots and end.
const isTour = process.argv.includes('--tour') || displayPrefix().length > 0

if (process.platform !== 'linux') {
  process.stderr.write('The demo starts a Docker engine of its own, which needs Linux.\n')
  process.exit(1)
}
prepareSystemOrExit(isTour ? ['engine', 'electron', 'display'] : ['engine', 'electron'])
if (process.getuid?.() !== 0) {
  process.stderr.write(
    'The demo starts a Docker engine of its own, which needs root. Run:\n  sudo npm run demo\n',
  )
  process.exit(1)
}
useRunFolder()
const prefix = displayPrefix()
if (prefix.length > 0) {
  process.stderr.write('No display found: the demo runs on a virtual one.\n')
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1), '--tour']
  const [command = '', ...args] = [...prefix, ...again]
  process.exit(spawnSync(command, args, { stdio: 'inherit' }).status ?? 1)
}

const runtime = await resolveElectronRuntime()
buildAppIfStale()
const dataDir = await mkdtemp(join(tmpdir(), 'lamina-demo-'))
process.stderr.write('Starting a private Docker engine; it is gone when the demo ends.\n')
const engine = await startPrivateDocker()
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort())
try {
  await demo(engine)
} catch (error) {
  if (!interrupted.signal.aborted) throw error
} finally {
  await engine.stop()
  await rm(dataDir, { recursive: true, force: true })
}
process.exit(interrupted.signal.aborted ? 130 : 0)

async function demo({ docker, dockerHost }: PrivateDocker): Promise<void> {
  await populateDemo(docker, (what) => {
    interrupted.signal.throwIfAborted()
    process.stderr.write(`  ${what}\n`)
  })
  const env = { ...process.env, DOCKER_HOST: dockerHost, LAMINA_DATA_DIR: dataDir }
  const launch = launchArguments(runtime, { env })
  if (!isTour) {
    process.stderr.write(`Lamina is open on it. Try it from a terminal too: DOCKER_HOST=${dockerHost}\n`)
    await openByHand(launch, interrupted.signal)
    return
  }
  // They stay.
  const folder = await mkdtemp(join(folderOfRuns(), 'lamina-screenshots-'))
  await tour(launch, folder, interrupted.signal, (step) => process.stderr.write(`  ${step}\n`))
  process.stdout.write(`The screenshots of the main job are in ${folder}\n`)
}
