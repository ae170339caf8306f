import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync } from 'node:fs'
import { appendFile, chmod, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildCache } from '../build-cache'
import { runCommand } from '../run-command'

/** Debian releases whose engines are tried: 12 and 13, and what comes next, which changes daily and is no part of `npm test`. */
export type DebianSuite = 'bookworm' | 'trixie' | 'testing'

// Raise when the steps below change, so that folders made by older steps are made anew. The packages are part of the name.
const recipe = 3

/** An SSH server and the tools of the host lens. */
const tools = ['openssh-server', 'sudo', 'attr', 'procps'] as const

/** What each release is asked for: its engines, both runtimes and the tools. */
const packages: Readonly<Record<DebianSuite, readonly string[]>> = {
  bookworm: ['docker.io', 'podman', 'crun', ...tools],
  trixie: [
    'docker.io',
    'docker-cli',
    'podman',
    'crun',
    'fuse-overlayfs',
    'rootlesskit',
    'slirp4netns',
    'iproute2',
    'uidmap',
    ...tools,
  ],
  testing: ['docker.io', 'docker-cli', 'podman', 'crun', ...tools],
}

/**
 * A folder with a whole Debian of that release, made once in the cache outside the repository; nobody writes to it
 * afterwards. Needs root, the package debootstrap and Debian's own mirror.
 */
export async function debianFolder(suite: DebianSuite): Promise<string> {
  const name = folderName(suite)
  const folder = join(buildCache(), name)
  if (existsSync(folder)) return folder
  process.stderr.write(`Making a Debian ${suite} with its engines in ${folder}, once.\n`)
  mkdirSync(buildCache(), { recursive: true })
  const work = mkdtempSync(join(buildCache(), 'making-'))
  try {
    const made = join(work, 'root')
    await runCommand('debootstrap', ['--variant=minbase', suite, made], { env: insideEnvironment() })
    await installPackages(made, packages[suite])
    await chmod(made, 0o755)
    try {
      renameSync(made, folder)
    } catch (error) {
      // Another process made the same folder meanwhile: both are equal.
      if (!existsSync(folder)) throw error
    }
    await removeOlder(suite, name)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return folder
}

async function installPackages(root: string, names: readonly string[]): Promise<void> {
  // Nothing is started: there is no init in there (policy-rc.d, "invoke-rc.d" in Debian's policy).
  await writeFile(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  // What is only read by people is left out, and dpkg need not wait for the disk in a folder that can be made again.
  await writeFile(
    join(root, 'etc/dpkg/dpkg.cfg.d/lamina'),
    'force-unsafe-io\npath-exclude=/usr/share/doc/*\n',
  )
  const env = insideEnvironment()
  // Only testing's releases expire, within a week, and mirrors that keep some time back are later than that. Signatures are checked.
  const late = ['-o', 'Acquire::Check-Valid-Until=false']
  await runCommand('chroot', [root, 'apt-get', ...late, 'update', '-qq'], { env })
  await runCommand('chroot', [root, 'apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...names], {
    env,
  })
  await runCommand('chroot', [root, 'apt-get', 'clean'], { env })
  await rm(join(root, 'var/lib/apt/lists'), { recursive: true, force: true })
  await appendFile(join(root, 'etc/hosts'), '127.0.0.1 localhost\n')
}

/** For programs in the folder, which has no folder of this run. */
function insideEnvironment(): NodeJS.ProcessEnv {
  const { TMPDIR: _, ...env } = process.env
  return { ...env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }
}

/** Another list of packages is another folder. */
function folderName(suite: DebianSuite): string {
  const key = createHash('sha256').update(JSON.stringify([recipe, packages[suite]]))
  return `debian-${suite}-${key.digest('hex').slice(0, 12)}`
}

/** Folders of other packages or steps; they are large. */
async function removeOlder(suite: DebianSuite, kept: string): Promise<void> {
  const names = (await readdir(buildCache())).filter((name) => name.startsWith(`debian-${suite}-`))
  for (const name of names) {
    if (name !== kept) await rm(join(buildCache(), name), { recursive: true, force: true })
  }
}
