import { app } from 'electron'
import { release } from 'node:os'
import { LogFile } from '../../storage/logs/log-file'
import { OwnLog } from '../../storage/logs/own-log'
import { dataDir } from './data-folder'

const { electron, chrome, node } = process.versions

/** The log of the process that has the window; its working thread writes to the same file by itself. */
export const log = new OwnLog({
  part: 'window',
  file: new LogFile(dataDir),
  start: {
    version: app.getVersion(),
    electron,
    chrome,
    node,
    platform: process.platform,
    arch: process.arch,
    system: release(),
    packaged: app.isPackaged,
  },
  onProblem: (why) => {
    console.error(`The log cannot be written: ${why}.`)
  },
})
