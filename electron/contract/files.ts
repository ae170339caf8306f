import { z } from 'zod'
import { operation } from './operation'

export const fileOperations = {
  'files.choose': operation({
    summary: 'Asks the person at the window where to save a file; nothing is written by that.',
    input: z.strictObject({ suggestedName: z.string().min(1).max(255) }),
    output: z.object({
      /** Absent where the person chose none. */
      file: z.string().optional(),
      /** Whether the person agreed to overwrite what is there. */
      overwrite: z.boolean(),
    }),
  }),
}
