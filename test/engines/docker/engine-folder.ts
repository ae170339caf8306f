import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { runCommand } from '../run-command'
import { folderOfRuns } from '../run-folder'

const prefix = 'lamina-engine-'

/**
 * Makes a new folder for one private engine, on a file system that can carry overlay mounts.
 * Its path is short (a socket's may have 107 bytes) and others may pass through it, so that tests can meet the
 * socket as another user.
 */
export async function createEngineFolder(): Promise<string> {
  const folder = await mkdtemp(join(await parentFolder(), `${prefix}${process.pid}-`))
  await chmod(folder, 0o711)
  return folder
}

/** Removes what private engines left whose keeper was killed; folders of living keepers are left alone. */
export async function sweepEngineFolders(): Promise<void> {
  const parent = await parentFolder()
  const folders = (await readdir(parent))
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(parent, name))
  for (const folder of folders) {
    // In this order: a keeper that is started between the two questions is seen by the second one.
    if (isBeingMade(folder) || (await keeperLives(folder))) continue
    for (const cgroup of await cgroupsOf(folder)) {
      await runCommand('find', [cgroup, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';'], {
        mayFail: true,
      })
    }
    // A test that was killed may have left files that nobody may remove.
    await runCommand('chattr', ['-R', '-f', '-i', '-a', folder], { mayFail: true })
    await rm(folder, { recursive: true, force: true })
  }
}

/** The cgroups, of every hierarchy, that an engine folder's containers live in; empty once they are removed. */
export async function cgroupsOf(folder: string): Promise<readonly string[]> {
  const { stdout } = await runCommand(
    'find',
    ['/sys/fs/cgroup', '-mindepth', '1', '-maxdepth', '2', '-type', 'd', '-name', cgroupName(folder)],
    { mayFail: true },
  )
  return stdout.split('\n').filter((line) => line !== '')
}

/** The name of the cgroup for an engine folder: the same as the folder's own. */
export function cgroupName(folder: string): string {
  return basename(folder)
}

/** Ids of the processes whose command line names the engine folder: keeper, init, dockerd, containerd. */
export async function processesOf(folder: string): Promise<readonly number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const commands = await Promise.all(ids.map(async (id) => ({ id, command: await commandLine(id) })))
  return commands.filter(({ command }) => command.includes(folder)).map(({ id }) => id)
}

async function keeperLives(folder: string): Promise<boolean> {
  return (await processesOf(folder)).length > 0
}

// Between its making and its keeper's start a folder has no process of its own, only a maker that lives.
function isBeingMade(folder: string): boolean {
  const maker = Number(/-(\d+)-[^-]*$/.exec(folder)?.[1])
  return !existsSync(join(folder, 'dockerd.log')) && existsSync(`/proc/${maker}`)
}

async function commandLine(processId: number): Promise<string> {
  try {
    return await readFile(`/proc/${processId}/cmdline`, 'utf8')
  } catch {
    // The process ended between the listing and the reading.
    return ''
  }
}

// An overlay mount cannot have its upper directory on another overlay, which is what / is inside a container.
async function parentFolder(): Promise<string> {
  for (const folder of [folderOfRuns(), '/var/tmp']) {
    const { stdout } = await runCommand('stat', ['--file-system', '--format', '%T', folder], {
      mayFail: true,
    })
    if (stdout.trim() !== '' && stdout.trim() !== 'overlayfs') return folder
  }
  throw new Error('No folder for a private engine: the temporary folders are on overlayfs themselves')
}
