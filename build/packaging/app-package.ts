import { build, type CliOptions, type Configuration } from 'electron-builder'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronRuntime } from '../running/electron-runtime'
import { readFuses, requiredFuses } from './fuses'
import { repository } from '../running/launch-arguments'
import { electronPackages, rpmDependencies } from '../linux-libraries'
import { writeThirdPartyLicenses } from './third-party-licenses'

/** A packed app: its folder, its executable there, and the other files that were made. */
export interface AppPackage {
  readonly folder: string
  readonly executable: string
  readonly artifacts: readonly string[]
}

/** `output`: where to, dist/ by itself. `describe`: makes no deb, rpm or AppImage, but is told of what each would be made. */
export interface PackageOptions {
  readonly output?: string
  readonly describe?: (description: unknown) => void
}

/**
 * Packs out/ with `runtime` for this platform and reads the fuses back from the packed binary. `targets` are
 * electron-builder's names; `dir` makes the unpacked folder only. Throws when packing fails or a fuse is not as required.
 */
export async function packageApp(
  runtime: ElectronRuntime,
  targets: readonly string[],
  { output = 'dist', describe }: PackageOptions = {},
): Promise<AppPackage> {
  useSystemArchiver()
  writeThirdPartyLicenses(join(repository, 'out'))
  let folder = ''
  const config: Configuration = {
    extends: join(repository, 'build', 'electron-builder.yml'),
    electronDist: runtime.folder,
    electronVersion: runtime.version,
    directories: { output, buildResources: 'build/icons' },
    publish: null,
    deb: { depends: electronPackages.map((name) => name.replace('|', ' | ')) },
    rpm: { depends: [...rpmDependencies] },
    // The loader of the fallback runtime; inert behind the fuses, and still no part of a package.
    afterExtract: async ({ appOutDir }) => {
      await rm(join(appOutDir, 'resources', 'app'), { recursive: true, force: true })
    },
    afterPack: ({ appOutDir }) => {
      folder = appOutDir
      return Promise.resolve()
    },
    ...(runtime.isFallback ? developmentNames() : {}),
  }
  const options: CliOptions = { projectDir: repository, config, publish: 'never', ...platform(targets) }
  const described = (description: unknown) => {
    describe?.(description)
    return Promise.resolve(describe !== undefined)
  }
  const artifacts = await build({ ...options, effectiveOptionComputed: described })
  const executable = join(folder, executableName())
  await requireFuses(executable)
  return { folder, executable, artifacts }
}

/** A package with the fallback runtime must never pass for a release. */
function developmentNames(): Configuration {
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    version: string
  }
  // Compressed little: it is made to be tried, not to be sent around.
  return {
    productName: 'Lamina (development)',
    extraMetadata: { version: `${version}-dev` },
    compression: 'store',
  }
}

function platform(targets: readonly string[]): CliOptions {
  if (process.platform === 'darwin') return { mac: [...targets] }
  if (process.platform === 'win32') return { win: [...targets] }
  return { linux: [...targets] }
}

function executableName(): string {
  if (process.platform === 'darwin') return 'Lamina.app/Contents/MacOS/Lamina'
  return process.platform === 'win32' ? 'Lamina.exe' : 'lamina'
}

/** electron-builder downloads its own 7-Zip unless it is told of one. */
function useSystemArchiver(): void {
  if (process.env.ELECTRON_BUILDER_7ZIP_PATH !== undefined) return
  const found = spawnSync('/bin/sh', ['-c', 'command -v 7za'], { encoding: 'utf8' })
  if (found.status === 0) process.env.ELECTRON_BUILDER_7ZIP_PATH = found.stdout.trim()
}

async function requireFuses(executable: string): Promise<void> {
  const found = await readFuses(executable)
  for (const [name, state] of Object.entries(requiredFuses)) {
    if (found.get(name) !== state)
      throw new Error(`${executable}: the fuse ${name} is not ${state ? 'on' : 'off'}`)
  }
}
