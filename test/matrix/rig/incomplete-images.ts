import { z } from 'zod'
import { loadImage } from '../../engines/images/loaded-image'
import { architectureElsewhere, architectureHere, ociArchive } from '../../engines/images/oci-archive'
import type { PrivateEngine } from '../../engines/engine/private-engine'
import { uniqueName } from '../../engines/docker/shared-engine'

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

/** An image for this machine's platform and for another, one layer each, loaded as one archive. Its parts have no names of their own. */
export async function loadSeveralPlatforms(engine: PrivateEngine): Promise<string> {
  const image = `${uniqueName('several')}:1`
  const platforms = [architectureHere, architectureElsewhere].map((architecture) => ({
    architecture,
    content: `${image} for ${architecture}`,
  }))
  await loadImage(engine.docker, await ociArchive(image, platforms))
  return image
}
