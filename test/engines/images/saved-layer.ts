import { join } from 'node:path'
import type { DockerCli } from '../docker/docker-cli'
import { withTemporaryFolder } from '../files'
import { runCommand } from '../run-command'

/**
 * What `docker save` puts into the top layer of an image: absolute paths, one character a byte, whiteouts by their
 * `.wh.` names, directories left out.
 */
export async function topLayerEntries(docker: DockerCli, image: string): Promise<string[]> {
  return await withTemporaryFolder(async (folder) => {
    const archive = join(folder, 'image.tar')
    await docker(['save', '--output', archive, image])
    await runCommand('tar', ['-C', folder, '-xf', archive])
    const manifest = JSON.parse((await runCommand('cat', [join(folder, 'manifest.json')])).stdout) as [
      { Layers: string[] },
    ]
    const layer = join(folder, manifest[0].Layers.at(-1) ?? '')
    const listing = await runCommand('tar', ['--quoting-style=literal', '--null', '-tf', layer])
    const names = listing.bytes.toString('latin1').split('\n')
    return names.filter((name) => name !== '' && !name.endsWith('/')).map((name) => `/${name}`)
  })
}
