import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { importImage } from '../engines/images'
import type { PrivateEngine } from '../engines/private-engine'
import { runCommand } from '../engines/run-command'
import { uniqueName } from '../engines/shared-engine'

const described = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() })
const index = z.object({ manifests: z.array(described) })
const manifest = z.object({ layers: z.array(described) })

/** Removes the archive of one layer of an image from containerd's content store; its files stay. */
export async function missingArchive(engine: PrivateEngine, image: string, layer: number): Promise<void> {
  const { stdout: id } = await engine.docker(['image', 'inspect', '--format', '{{.Id}}', image])
  const top: unknown = JSON.parse(await content(engine, 'get', id.trim()))
  const platforms = index.safeParse(top)
  const own = platforms.success ? platforms.data.manifests[0]?.digest : undefined
  const { layers } = manifest.parse(own === undefined ? top : JSON.parse(await content(engine, 'get', own)))
  await content(engine, 'rm', layers[layer]?.digest ?? 'no such layer')
}

async function content(engine: PrivateEngine, ...args: string[]): Promise<string> {
  return (await engine.host.run(['ctr', '--namespace', 'moby', 'content', ...args])).stdout
}

/** An image for linux/amd64 and linux/arm64, one layer each, loaded as one archive. Its parts have no names of their own. */
export async function loadSeveralPlatforms(engine: PrivateEngine): Promise<string> {
  const name = uniqueName('several')
  const folder = join(engine.host.folder, name)
  await mkdir(folder)
  const parts: object[] = []
  for (const architecture of ['amd64', 'arm64']) {
    const part = `${name}-${architecture}`
    await importImage(engine.docker, part, { architecture })
    if (architecture !== 'amd64') await asPlatform(engine, part, `linux/${architecture}`)
    const archive = `${folder}.${architecture}.tar`
    await engine.docker(['save', '--output', archive, part])
    await runCommand('tar', ['-C', folder, '-xf', archive])
    const [only] = index.parse(JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'))).manifests
    parts.push({ ...only, platform: { os: 'linux', architecture } })
    await engine.docker(['rmi', '--force', part])
  }
  const several = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: parts })
  const digest = createHash('sha256').update(several).digest('hex')
  await writeFile(join(folder, 'blobs/sha256', digest), several)
  const annotations = { 'io.containerd.image.name': `docker.io/library/${name}:1` }
  const named = { mediaType: indexType, digest: `sha256:${digest}`, size: several.length, annotations }
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }))
  // With it, an archive is one of the older format, which knows no platforms.
  await rm(join(folder, 'manifest.json'))
  await runCommand('tar', ['-C', folder, '-cf', `${folder}.tar`, '.'])
  await engine.docker(['load', '--input', `${folder}.tar`])
  return `${name}:1`
}

const indexType = 'application/vnd.oci.image.index.v1+json'

/** The same files as an image for another platform; nothing of it can run here. */
async function asPlatform(engine: PrivateEngine, image: string, platform: string): Promise<void> {
  const container = uniqueName('exported')
  await engine.docker(['create', '--name', container, image, 'sh'])
  const { bytes } = await engine.docker(['export', container])
  await engine.docker(['rm', container])
  await engine.docker(['import', '--platform', platform, '-', image], { input: bytes })
}
