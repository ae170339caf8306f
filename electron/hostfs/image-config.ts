import { createHash } from 'node:crypto'
import type { HistoryEntry } from '../core/layer'
import { outputOf } from '../transport/transport'
import { z } from 'zod'
import type { HostFiles } from './host-files'

// Data root and image id come as the two lines of standard input; a config that is not there is an empty answer.
const readScript = `
IFS= read -r root && IFS= read -r id || exit 3
file="$root/image/overlay2/imagedb/content/sha256/$id"
[ ! -f "$file" ] || exec cat "$file"
`

// OCI image-spec, config.md: history, oldest first.
const config = z.object({
  history: z
    .array(
      z.object({
        created: z.string().nullish(),
        created_by: z.string().nullish(),
        author: z.string().nullish(),
        comment: z.string().nullish(),
        empty_layer: z.boolean().nullish(),
      }),
    )
    .nullish(),
})

/**
 * The history an image's own config tells, with authors and empty steps, which the engine's API leaves out. Its bytes must
 * hash to the image's id, so nothing else can be taken for it. Nothing where the config cannot be had.
 */
export async function historyFromConfig(
  { transport, elevated }: HostFiles,
  dataRoot: string,
  imageId: string,
  signal: AbortSignal,
): Promise<HistoryEntry[] | undefined> {
  const digest = imageId.replace(/^sha256:/, '')
  if (!/^[a-f0-9]{64}$/.test(digest)) return undefined
  const input = Buffer.from(`${dataRoot}\n${digest}\n`)
  const bytes = await outputOf(transport, { script: readScript, input, elevated }, signal)
  if (createHash('sha256').update(bytes).digest('hex') !== digest) return undefined
  const parsed = config.safeParse(JSON.parse(bytes.toString('utf8')))
  return parsed.data?.history?.map((step) => ({
    createdBy: step.created_by ?? '',
    comment: step.comment ?? '',
    author: step.author ?? '',
    createdAt: step.created ?? '',
    empty: step.empty_layer ?? false,
  }))
}
