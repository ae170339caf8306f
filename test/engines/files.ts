import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runCommand } from './run-command'

/** Files by path relative to the root they are put in: their content, or a link's target, or a mode beside it. */
export type Files = Readonly<Record<string, string | Uint8Array | FileSpec>>

/** A file that needs more than its content. */
export type FileSpec =
  | { readonly kind: 'file'; readonly content: string | Uint8Array; readonly mode: number }
  | { readonly kind: 'symlink'; readonly target: string }
  | { readonly kind: 'directory'; readonly mode?: number }

/** Writes the files below a root folder that exists. */
export async function writeFiles(root: string, files: Files): Promise<void> {
  for (const [path, file] of Object.entries(files)) {
    const target = join(root, path)
    await mkdir(dirname(target), { recursive: true })
    if (typeof file === 'string' || file instanceof Uint8Array) await writeFile(target, file)
    else if (file.kind === 'symlink') await symlink(file.target, target)
    else if (file.kind === 'directory') {
      await mkdir(target, { recursive: true })
      if (file.mode !== undefined) await chmod(target, file.mode)
    } else {
      await writeFile(target, file.content)
      await chmod(target, file.mode)
    }
  }
}

/**
 * Packs a folder as a tar stream, every file dated alike, and owned by root unless `keepsOwners`, so that equal files give equal
 * layers.
 */
export async function tarOf(root: string, { keepsOwners = false } = {}): Promise<Buffer> {
  const owners = keepsOwners ? ['--numeric-owner'] : ['--owner=0', '--group=0']
  const flags = [...owners, '--sort=name', '--mtime=2026-01-02 03:04:05Z']
  return (await runCommand('tar', ['-C', root, ...flags, '-c', '.'])).bytes
}

/** Runs `work` with a new temporary folder and removes it afterwards. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-files-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
