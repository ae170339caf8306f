import { readdirSync, readFileSync } from 'node:fs'

/**
 * Process ids of `find` as the host lens runs it with an option. Looked up without waiting, so that the listing stands still
 * meanwhile.
 */
export function findProcesses(option: '-printf' | '-newerct'): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const line = commandLineOf(pid)
      return line.startsWith('find\0.\0') && line.includes(`\0${option}\0`)
    })
}

/** Empty for a process that has ended, also where nobody has asked for its status yet. */
function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}
