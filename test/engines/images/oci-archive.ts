import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tarOf, withTemporaryFolder } from '../files'
import { writeBusybox } from './images'

/** This machine's architecture, and one that it has not, as images name them. */
export const [architectureHere, architectureElsewhere] =
  process.arch === 'arm64' ? (['arm64', 'amd64'] as const) : (['amd64', 'arm64'] as const)

/** One platform that an index names. */
export interface ArchivedPlatform {
  readonly architecture: string
  /** What its file `/made-for` has. Platforms with the same have the same layer. */
  readonly content: string
  /** The index names it, and nothing of it is there, as after a pull for another platform. */
  readonly missing?: boolean
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json'
const indexType = 'application/vnd.oci.image.index.v1+json'

/**
 * The archive of an image for several platforms, made without an engine (OCI image-spec, image-layout.md and image-index.md). Each has one
 * layer, with this machine's busybox, and a history that names its architecture.
 */
export async function ociArchive(reference: string, platforms: readonly ArchivedPlatform[]): Promise<Buffer> {
  return await withTemporaryFolder(async (folder) => {
    const image = join(folder, 'image')
    await mkdir(join(image, 'blobs/sha256'), { recursive: true })
    const keep = async (blob: Buffer | string, mediaType: string, isKept = true) => {
      const digest = createHash('sha256').update(blob).digest('hex')
      if (isKept) await writeFile(join(image, 'blobs/sha256', digest), blob)
      return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(blob) }
    }
    const root = join(folder, 'root')
    await writeBusybox(root)
    const manifests: object[] = []
    for (const { architecture, content, missing = false } of platforms) {
      await writeFile(join(root, 'made-for'), content)
      const layer = await keep(await tarOf(root), 'application/vnd.oci.image.layer.v1.tar', !missing)
      const config = JSON.stringify(configFor(architecture, layer.digest))
      const described = await keep(config, 'application/vnd.oci.image.config.v1+json', !missing)
      const manifest = { schemaVersion: 2, mediaType: manifestType, config: described, layers: [layer] }
      const kept = await keep(JSON.stringify(manifest), manifestType, !missing)
      manifests.push({ ...kept, platform: { os: 'linux', architecture } })
    }
    const index = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests })
    const annotations = { 'io.containerd.image.name': `docker.io/library/${reference}` }
    const named = { ...(await keep(index, indexType)), annotations }
    await writeFile(join(image, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }))
    await writeFile(join(image, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
    return await tarOf(image)
  })
}

function configFor(architecture: string, diffId: string): object {
  return {
    os: 'linux',
    architecture,
    config: { Cmd: ['sh'], Env: ['PATH=/bin'] },
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [{ created: '2026-01-02T03:04:05Z', created_by: `for ${architecture}` }],
  }
}
