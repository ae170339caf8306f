import { z } from 'zod'
import { momentText } from './moment'
import type { HistoryEntry } from '../core/images/layer'

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
 * The history in an image's config, with authors and empty steps, which the engine's API leaves out. Nothing where the
 * config has none.
 */
export function historyInConfig(json: string): HistoryEntry[] | undefined {
  const history = config.parse(JSON.parse(json)).history ?? []
  if (history.length === 0) return undefined
  return history.map((step) => ({
    createdBy: step.created_by ?? '',
    comment: step.comment ?? '',
    author: step.author ?? '',
    createdAt: momentText(step.created),
    empty: step.empty_layer ?? false,
  }))
}
