import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Folders for layers, changed through a real overlay mount, in a mount namespace that goes with the command. */
export interface OverlayFolders {
  readonly root: string
  /** Runs a script in one of the folders as it is. */
  inFolder(folder: string, script: string): void
  /** Changes `into` through a mount on top of `layers` (top first), as a container or an image build would. */
  change(into: string, layers: readonly string[], script: string): string
  remove(): void
}

/** @param options further mount options, such as `redirect_dir=on` */
export function overlayFolders(options: readonly string[] = []): OverlayFolders {
  const root = mkdtempSync(join(tmpdir(), 'lamina-overlay-'))
  for (const folder of ['overlay2', 'low', 'mid', 'top', 'upper', 'work', 'merged', 'empty'])
    mkdirSync(join(root, folder))
  return {
    root,
    inFolder(folder, script) {
      execFileSync('sh', ['-euc', script], { cwd: join(root, folder) })
    },
    change(into, layers, script) {
      const all = [`lowerdir=${layers.join(':')}`, `upperdir=${into}`, 'workdir=work', ...options]
      const command = `mount -t overlay overlay -o ${all.join(',')} merged; cd merged; ${script}`
      return execFileSync('unshare', ['--mount', 'sh', '-euc', command], { cwd: root, encoding: 'latin1' })
    },
    remove() {
      rmSync(root, { recursive: true, force: true })
    },
  }
}
