import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DockerCli } from './docker-cli'
import { tarOf, withTemporaryFolder } from './files'
import { writeBusybox } from './images'
import { runCommand } from './run-command'

/** One layer: a script that fills its folder as its root, and the history step that is said to have made it. */
export interface LoadedLayer {
  /** Runs with `sh -eu` in the layer's root on this machine; the lowest layer has busybox already. Whiteouts are files `.wh.NAME`. */
  readonly script: string
  readonly createdBy?: string
  readonly author?: string
  readonly comment?: string
}

/** A history step that made no layer. */
export interface EmptyStep {
  readonly emptyStep: string
}

/**
 * The archive of an image as `docker save` writes it, made without an engine, so that every engine loads the same layers (moby,
 * image/spec/v1.2.md; OCI image-spec, layer.md and config.md).
 */
export async function imageArchive(
  reference: string,
  steps: readonly (LoadedLayer | EmptyStep)[],
): Promise<Buffer> {
  return await withTemporaryFolder(async (folder) => {
    const layers: { name: string; diffId: string }[] = []
    for (const step of steps) {
      if ('emptyStep' in step) continue
      const root = join(folder, 'root')
      await mkdir(root)
      if (layers.length === 0) await writeBusybox(root)
      await runCommand('sh', ['-eu'], { cwd: root, input: step.script })
      const tar = await tarOf(root, { keepsOwners: true })
      const diffId = createHash('sha256').update(tar).digest('hex')
      const name = `${diffId}/layer.tar`
      await mkdir(join(folder, 'image', diffId), { recursive: true })
      await writeFile(join(folder, 'image', name), tar)
      await runCommand('rm', ['-rf', root])
      layers.push({ name, diffId: `sha256:${diffId}` })
    }
    const config = JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      created,
      config: { Cmd: ['sh'], Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      history: steps.map(historyOf),
    })
    const configName = `${createHash('sha256').update(config).digest('hex')}.json`
    const manifest = [{ Config: configName, RepoTags: [reference], Layers: layers.map(({ name }) => name) }]
    await writeFile(join(folder, 'image', configName), config)
    await writeFile(join(folder, 'image', 'manifest.json'), JSON.stringify(manifest))
    return await tarOf(join(folder, 'image'))
  })
}

const created = '2026-01-02T03:04:05Z'

function historyOf(step: LoadedLayer | EmptyStep): Record<string, unknown> {
  if ('emptyStep' in step) return { created, created_by: step.emptyStep, empty_layer: true }
  const { createdBy, author, comment } = step
  return { created, created_by: createdBy ?? 'layer', author, comment }
}

/** Gives an engine an image that `imageArchive` made. */
export async function loadImage(docker: DockerCli, archive: Buffer): Promise<void> {
  await docker(['load'], { input: archive })
}
