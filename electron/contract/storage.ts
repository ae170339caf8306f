import { z } from 'zod'
import { operation } from './operation'
import { count } from './values'

/** What a person should know of a file in which Lamina keeps hosts, choices or begun snapshots. */
export const storageNotice = z.object({
  file: z.string(),
  /**
   * `damaged`: it is not what Lamina writes. `missing`: it is gone, and its copy is not. `too-large`, `not-a-file`, `forbidden`: it was not read. `entries`: some of what is in it is not
   * understood, left out, and kept in the file. `not-saved`: it cannot be written, so what is changed now holds until Lamina is closed.
   */
  problem: z.enum(['damaged', 'missing', 'too-large', 'not-a-file', 'forbidden', 'entries', 'not-saved']),
  /** Where the file was moved to; it stays where it is otherwise. */
  movedTo: z.string().optional(),
  /** The last good copy is used in its place. */
  restored: z.boolean().optional(),
  /** How many entries are not understood. */
  count: count.optional(),
  /** The system's words. */
  reason: z.string().optional(),
})

export const storageOperations = {
  'storage.notices': operation({
    summary:
      'What was found wrong with the files in which Lamina keeps what is its own, since it was started.',
    input: z.strictObject({}),
    output: z.array(storageNotice),
  }),
}
