import { z } from 'zod'
import { operation } from './operation'

export const settings = z.object({
  /** Remembered from the last snapshot. */
  author: z.string().max(4096),
  theme: z.enum(['system', 'light', 'dark']),
  locale: z.enum(['system', 'en', 'zh-CN']),
  pause: z.boolean(),
  /** Whether the list shows stopped containers too. */
  showAll: z.boolean(),
})

export const settingsOperations = {
  'settings.get': operation({
    summary: 'What this person chose.',
    input: z.strictObject({}),
    output: settings,
  }),
  'settings.set': operation({
    summary: 'Changes some choices and keeps them.',
    input: settings.partial().strict(),
    output: settings,
  }),
}
