import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { isatty } from 'node:tty'
import { errorFacts } from '../core/logs/log-line'
import { dataFolder } from '../storage/data-folder'
import { LogFile } from '../storage/logs/log-file'
import { OwnLog } from '../storage/logs/own-log'
import { runCommandLine } from './command-line'

const dataDir = dataFolder(process.env)
const { stdin, stdout, stderr, env, argv, platform, arch, version: node } = process
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string
}
// A command that goes well writes nothing: it leaves no trace in a data folder that it does not need.
const log = new OwnLog({
  part: 'command-line',
  file: new LogFile(dataDir),
  start: { version, node, platform, arch, system: release() },
})
process.on('uncaughtExceptionMonitor', (error, origin) => {
  log.crash(error, { origin })
})
process.on('warning', (warning) => {
  log.warning('lamina.warned', errorFacts(warning))
})
const isTerminal = isatty(0) && isatty(2)
process.exitCode = await runCommandLine(argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  dataDir,
  log,
  isTerminal,
})
