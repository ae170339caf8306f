import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OverlayDirectories } from '../../../electron/core/containers/container'

/** Layers as folders, changed through real overlay mounts, each in a mount namespace that goes with its command. */
export interface OverlayFolders {
  readonly root: string
  /** Runs a script in a folder: low, mid, top or upper. */
  inFolder(folder: string, script: string): void
  /** Changes `into` through a mount on top of `layers` (top first), as a container or an image build would. */
  change(into: string, layers: readonly string[], script: string): void
  /** As an engine tells them, with these lower layers, top first. */
  directories(layers: readonly string[]): OverlayDirectories
  remove(): void
}

/** Makes the folders; `overlay2` is there for the probe of a data root. */
export function overlayFolders(): OverlayFolders {
  const root = mkdtempSync(join(tmpdir(), 'lamina-overlay-'))
  for (const folder of ['overlay2', 'low', 'mid', 'top', 'upper', 'work', 'merged'])
    mkdirSync(join(root, folder))
  return {
    root,
    inFolder(folder, script) {
      execFileSync('sh', ['-euc', script], { cwd: join(root, folder) })
    },
    change(into, layers, script) {
      const options = `lowerdir=${layers.join(':')},upperdir=${into},workdir=work`
      const command = `mount -t overlay overlay -o ${options} merged; cd merged; ${script}`
      execFileSync('unshare', ['--mount', 'sh', '-euc', command], { cwd: root })
    },
    directories: (layers) => ({
      lower: layers.map((layer) => join(root, layer)),
      upper: join(root, 'upper'),
      work: '',
      merged: '',
    }),
    remove() {
      rmSync(root, { recursive: true, force: true })
    },
  }
}
