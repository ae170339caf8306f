import { z } from 'zod'
import { operation } from './operation'

export const logOperations = {
  'log.show': operation({
    summary:
      'Tells where the log is, and shows it in its folder where there is a window. It holds no secrets, addresses or names of files.',
    input: z.strictObject({}),
    output: z.object({
      file: z.string(),
      /** Whether its folder was opened; not without a window, and not where the system could not. */
      shown: z.boolean(),
      /** In words, why it cannot be written now. */
      problem: z.string().optional(),
    }),
  }),
}
