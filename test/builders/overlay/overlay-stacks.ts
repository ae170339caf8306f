import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Layers as folders of one root, changed and looked at through real overlay mounts, each in a mount namespace that goes with its command. What
 * a layer writes has the layer's time, long ago: no two layers have the same, some have the same second, and none has a whole one, which
 * would equal every moment in it.
 */
export interface OverlayStacks {
  readonly root: string
  /** Changes `into`, a new layer, through a mount on top of `layers` (top first), as a container or an image build would. */
  change(into: string, layers: readonly string[], script: string): void
  /** Copies what a mount of these layers (top first) shows, all facts kept, and gives the folder. */
  copyOf(layers: readonly string[]): string
  pathsOf(layers: readonly string[]): string[]
  remove(): void
}

export function overlayStacks(): OverlayStacks {
  const root = mkdtempSync(join(tmpdir(), 'lamina-stacks-'))
  let [copies, changes] = [0, 0]
  for (const folder of ['overlay2', 'nothing', 'merged']) mkdirSync(join(root, folder))
  const inMount = (options: string, script: string) => {
    const command = `mount -t overlay overlay -o ${options} merged; ${script}`
    execFileSync('unshare', ['--mount', 'sh', '-euc', command], { cwd: root })
  }
  return {
    root,
    change(into, layers, script) {
      const work = `${into}-work`
      for (const folder of [into, work]) mkdirSync(join(root, folder))
      const lower = layers.length === 0 ? ['nothing'] : layers
      inMount(`lowerdir=${lower.join(':')},upperdir=${into},workdir=${work}`, `cd merged; ${script}`)
      changes += 1
      const dated = `find . -newermt 2024-01-01 -execdir touch --no-dereference --date="@$0" {} +`
      const time = String(1_700_000_000.125 + changes / 4)
      execFileSync('sh', ['-euc', dated, time], { cwd: join(root, into) })
    },
    copyOf(layers) {
      copies += 1
      const copy = join(root, `copy-${copies}`)
      // Overlayfs wants two lower layers where there is no upper one.
      inMount(`lowerdir=${[...layers, 'nothing'].join(':')}`, `cp --archive merged ${copy}`)
      return copy
    },
    pathsOf: (layers) => layers.map((layer) => join(root, layer)),
    remove() {
      // Node's own takes no path beyond the kernel's limit.
      execFileSync('rm', ['-rf', root])
    },
  }
}
