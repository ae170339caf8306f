import { LogFile } from '../../../../electron/storage/logs/log-file'
import { OwnLog } from '../../../../electron/storage/logs/own-log'

// A process that writes to a log: `log-writer.ts FOLDER WHAT NAME COUNT FILE_BYTES ALL_BYTES`.
const [, , folder = '', what = '', name = '', count = '0', file = '0', all = '0'] = process.argv

if (what === 'lines') {
  const log = new LogFile(folder, { file: Number(file), all: Number(all) })
  for (let line = 0; line < Number(count); line += 1)
    log.append(`${name} ${String(line).padStart(6, '0')} ${'x'.repeat(80)}`)
  process.kill(process.pid, 'SIGKILL')
}

// As `lines`, and says on its standard output what came of each.
if (what === 'tries') {
  if (name === 'nobody' && process.getuid?.() === 0) process.setuid?.(65534)
  const log = new LogFile(folder)
  const why = Array.from({ length: Number(count) }, () => log.append('x'.repeat(99)) ?? 'written')
  process.stdout.write(JSON.stringify(why))
}

if (what === 'flood') {
  const log = new OwnLog({ part: name, file: new LogFile(folder) })
  for (let line = 0; line < Number(count); line += 1) log.warning('lamina.warned', { line })
}
