import { app } from 'electron'
import { errorFacts } from '../../core/logs/log-line'
import { log } from './log'

/** Writes down what ends this process or another of Lamina's, and what Node warns of; changes nothing about what follows. */
export function logCrashes(): void {
  process.on('uncaughtExceptionMonitor', (error, origin) => {
    log.crash(error, { origin })
  })
  process.on('warning', (warning) => {
    log.warning('lamina.warned', errorFacts(warning))
  })
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
    if (reason !== 'clean-exit') log.warning('process.gone', { process: name ?? type, reason, exitCode })
  })
  app.on('render-process-gone', (_event, _contents, { reason, exitCode }) => {
    if (reason !== 'clean-exit') log.warning('process.gone', { process: 'page', reason, exitCode })
  })
}
