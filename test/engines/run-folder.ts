import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

// Vite loads this with its configuration, and warns of imports without an extension.

const ours = /^lamina-run-[\w-]{6}$/
/** In each such folder: whose it is, as `identityOf` tells it. */
const ownerFile = 'owner'
/** Milliseconds after which a folder is nobody's that does not say whose it is, or whose process cannot be seen from here. */
const abandonedAfter = 24 * 60 * 60_000

/**
 * Has this process, and all that it starts, keep temporary files in one folder, which is removed when this process ends. What a kill leaves
 * is removed by the next run. Within a process that did the same, its folder is used.
 */
export function useRunFolder(): void {
  // What is asked of processes is told by Linux alone.
  if (process.platform !== 'linux') return
  if (isRunFolder(tmpdir()) && ownerOf(tmpdir()) !== undefined) return
  sweepRunFolders()
  const folder = mkdtempSync(join(tmpdir(), 'lamina-run-'))
  // As /tmp itself: some programs of the tests run as other users.
  chmodSync(folder, 0o1777)
  writeFileSync(join(folder, ownerFile), identityOf(process.pid))
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  process.once('exit', () => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    remove(folder)
  })
}

/** The temporary folder in which a run has its own: for what is removed by a keeper that outlives the run. */
export function folderOfRuns(): string {
  const folder = tmpdir()
  return isRunFolder(folder) ? dirname(folder) : folder
}

/** Removes the folders of runs that were killed, and of which no process is left. */
export function sweepRunFolders(): void {
  const parent = tmpdir()
  const names = readdirSync(parent).filter((name) => ours.test(name))
  if (names.length === 0) return
  const used = temporaryFoldersInUse()
  for (const folder of names.map((name) => join(parent, name)))
    if (!used.has(folder) && isLeft(folder)) remove(folder)
}

function isRunFolder(folder: string): boolean {
  return ours.test(basename(folder))
}

function isLeft(folder: string): boolean {
  try {
    const found = lstatSync(folder)
    if (!found.isDirectory() || found.uid !== process.geteuid?.()) return false
    const [pid, place, ...start] = (ownerOf(folder) ?? '').split('\n')
    const [, here] = identityOf(process.pid).split('\n')
    if (place !== here) return Date.now() - found.mtimeMs > abandonedAfter
    return identityOf(Number(pid)) !== [pid, place, ...start].join('\n')
  } catch {
    // Another run was faster.
    return false
  }
}

function ownerOf(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, ownerFile), 'utf8')
  } catch {
    return undefined
  }
}

/**
 * A process in three lines: its number, where numbers are counted so (pid_namespaces(7)), and when it began, by the machine's boot and the
 * clock ticks from there on (proc_pid_stat(5), field 22). The last one is empty where it runs no more.
 */
function identityOf(pid: number): string {
  const place = readlinkSync('/proc/self/ns/pid')
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    return [pid, place, /^[ZX]/.test(state) ? '' : `${boot} ${fields[22 - 4] ?? ''}`].join('\n')
  } catch {
    return [pid, place, ''].join('\n')
  }
}

/** The temporary folders that processes were started with (proc_pid_environ(5)). */
function temporaryFoldersInUse(): Set<string> {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return new Set(ids.flatMap((id) => /(?:^|\0)TMPDIR=([^\0]+)/.exec(environmentOf(id))?.[1] ?? []))
}

function environmentOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/environ`, 'utf8')
  } catch {
    // It ended meanwhile, or is another user's.
    return ''
  }
}

/** Whatever is there by then: some programs write to the last, and some tests make files that nobody may remove. */
function remove(folder: string): void {
  const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 } as const
  try {
    rmSync(folder, options)
  } catch {
    spawnSync('chattr', ['-R', '-f', '-i', '-a', folder])
    try {
      rmSync(folder, options)
    } catch (error) {
      process.stderr.write(`${folder} was left: ${String(error)}\n`)
    }
  }
}
