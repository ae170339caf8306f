import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DockerCli } from '../docker/docker-cli'
import { tarOf, withTemporaryFolder } from '../files'
import { writeBusybox } from './images'
import { smallTar } from './many-files-tar'
import { runCommand } from '../run-command'

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

/** What is said of the image itself. */
export interface ArchivedImage {
  /** ISO 8601; `undefined` leaves it out. */
  readonly createdAt?: string | undefined
}

/**
 * The archive of an image as `docker save` writes it, made without an engine, so that every engine loads the same layers (moby,
 * image/spec/v1.2.md; OCI image-spec, layer.md and config.md).
 */
export async function imageArchive(
  reference: string,
  steps: readonly (LoadedLayer | EmptyStep)[],
  about: ArchivedImage = { createdAt: created },
): Promise<Buffer> {
  const tars = await withTemporaryFolder(async (folder) => {
    const made: Buffer[] = []
    for (const step of steps) {
      if ('emptyStep' in step) continue
      const root = join(folder, 'root')
      await mkdir(root)
      if (made.length === 0) await writeBusybox(root)
      await runCommand('sh', ['-eu'], { cwd: root, input: step.script })
      made.push(await tarOf(root, { keepsOwners: true }))
      await runCommand('rm', ['-rf', root])
    }
    return made
  })
  return await archiveOf(reference, tars, {
    ...(about.createdAt === undefined ? {} : { created: about.createdAt }),
    history: steps.map(historyOf),
  })
}

/**
 * An image of busybox and a layer for each of `files` (contents by their names), with a history and a time as a builder may leave them:
 * not there, shorter or longer than the layers, or not true.
 */
export async function archiveWithHistory(
  reference: string,
  files: readonly Readonly<Record<string, string>>[],
  told: { readonly history?: readonly object[]; readonly created?: string },
): Promise<Buffer> {
  return await archiveOf(reference, [await lowestLayer(), ...files.map(smallTar)], told)
}

/**
 * An image with exactly so many layers: busybox, and in each other one its own file `/layers/NUMBER`, counted from 2, and `/last` anew.
 * Nothing is run for a layer, so that it takes no time.
 */
export async function manyLayersArchive(reference: string, count: number): Promise<Buffer> {
  const lowest = await lowestLayer()
  const numbers = Array.from({ length: count - 1 }, (_, index) => String(index + 2))
  const others = numbers.map((number) =>
    smallTar({ 'layers/': '', [`layers/${number}`]: number, last: number }),
  )
  const tars = [lowest, ...others]
  const history = tars.map((_, index) => historyOf({ createdBy: `layer ${String(index + 1)}` }))
  return await archiveOf(reference, tars, { created, history })
}

function lowestLayer(): Promise<Buffer> {
  return withTemporaryFolder(async (root) => {
    await writeBusybox(root)
    return await tarOf(root)
  })
}

async function archiveOf(
  reference: string,
  tars: readonly Buffer[],
  told: { readonly history?: readonly object[]; readonly created?: string },
): Promise<Buffer> {
  return await withTemporaryFolder(async (folder) => {
    const layers: { name: string; diffId: string }[] = []
    for (const tar of tars) {
      const diffId = createHash('sha256').update(tar).digest('hex')
      const name = `${diffId}/layer.tar`
      await mkdir(join(folder, diffId), { recursive: true })
      await writeFile(join(folder, name), tar)
      layers.push({ name, diffId: `sha256:${diffId}` })
    }
    const config = JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Cmd: ['sh'], Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      ...told,
    })
    const configName = `${createHash('sha256').update(config).digest('hex')}.json`
    const manifest = [{ Config: configName, RepoTags: [reference], Layers: layers.map(({ name }) => name) }]
    await writeFile(join(folder, configName), config)
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
    return await tarOf(folder)
  })
}

const created = '2026-01-02T03:04:05Z'

function historyOf(step: Omit<LoadedLayer, 'script'> | EmptyStep): Record<string, unknown> {
  if ('emptyStep' in step) return { created, created_by: step.emptyStep, empty_layer: true }
  const { createdBy, author, comment } = step
  return { created, created_by: createdBy ?? 'layer', author, comment }
}

/** Gives an engine an image that `imageArchive` made. */
export async function loadImage(docker: DockerCli, archive: Buffer): Promise<void> {
  await docker(['load'], { input: archive })
}
