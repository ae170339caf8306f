import { createHash } from 'node:crypto'
import { outputOf } from '../transport/transport'
import type { HostFiles } from './host-files'

// Data root and image id come as the two lines of standard input; a config that is not there is an empty answer.
const readScript = `
IFS= read -r root && IFS= read -r id || exit 3
file="$root/image/overlay2/imagedb/content/sha256/$id"
[ ! -f "$file" ] || exec cat "$file"
`

/**
 * The config document of an image as the engine keeps it. Its bytes must hash to the image's id, so nothing else
 * can be taken for it. Nothing where it cannot be had.
 */
export async function readImageConfig(
  { transport, elevated }: HostFiles,
  dataRoot: string,
  imageId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const digest = imageId.replace(/^sha256:/, '')
  if (!/^[a-f0-9]{64}$/.test(digest)) return undefined
  const input = Buffer.from(`${dataRoot}\n${digest}\n`)
  const bytes = await outputOf(transport, { script: readScript, input, elevated }, signal)
  return createHash('sha256').update(bytes).digest('hex') === digest ? bytes.toString('utf8') : undefined
}
