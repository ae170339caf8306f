import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../wait'

/** The name of the files at which a held `find` stands still. */
const halt = 'halt'

/** How many directories `haltScript` makes, one in the other: more than a listing tells at first. */
const depth = 300
/** What `haltScript` makes in all. */
export const madeByHaltScript = depth + 2

/** A shell script that makes what a held `find` stands still in below a new directory: nothing but the last file can come before or after. */
export function haltScript(root: string): string {
  const deepest = root + '/d'.repeat(depth - 1)
  return `mkdir -p ${deepest}; echo one >${deepest}/${halt}; echo two >${deepest}/two`
}

/** This machine's `find`, which can be made to stand still in the middle of a directory, however fast the machine is. */
export interface HeldFind {
  /** A PATH where it comes before all other tools. */
  readonly path: string
  /** From now on every `find .` stops (SIGSTOP) where it meets a file named `halt`, having said all that came before. */
  hold(): void
  /** Waits until one stands still, gives its id as this machine numbers processes, and holds no further ones. */
  caught(): Promise<number>
  isThere(pid: number): boolean
  /** Ends those that still stand still and removes it. */
  remove(): void
}

export function heldFind(usualPath = process.env['PATH'] ?? ''): HeldFind {
  const folder = mkdtempSync(join(tmpdir(), 'lamina-find-'))
  // Every account of a host may use it.
  chmodSync(folder, 0o755)
  const find = execFileSync('sh', ['-c', 'command -v find'], { encoding: 'utf8' }).trim()
  const gate = join(folder, 'hold')
  // find(1) says what it has to say before it runs a command. The folder's name, of no use to the command, tells these from others.
  const stop = `-exec /bin/sh -c 'kill -STOP "$PPID"' ${folder} \\;`
  const script = `#!/bin/sh
[ "$1" = . ] && [ -e ${gate} ] || exec ${find} "$@"
shift
exec ${find} . \\( -name ${halt} ${stop} -o -true \\) "$@"
`
  writeFileSync(join(folder, 'find'), script, { mode: 0o755 })
  const ours = () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => of(pid, 'cmdline').startsWith(`${find}\0.\0(\0-name\0${halt}\0`))
      .filter((pid) => of(pid, 'cmdline').includes(`\0${folder}\0`))
  return {
    path: `${folder}:${usualPath}`,
    hold() {
      writeFileSync(gate, '')
    },
    async caught() {
      const stopped = () => ours().find((pid) => / T /.test(of(pid, 'stat')))
      const pid = await eventually(stopped, { what: 'find to stand still' })
      rmSync(gate)
      return pid
    },
    isThere: (pid) => ours().includes(pid),
    remove() {
      for (const pid of ours()) process.kill(pid, 'SIGKILL')
      rmSync(folder, { recursive: true })
    },
  }
}

/** Empty for a process that has ended, also where nobody has asked for its status yet. */
function of(pid: number, file: 'cmdline' | 'stat'): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'latin1')
  } catch {
    return ''
  }
}
