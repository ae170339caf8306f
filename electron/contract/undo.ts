import { z } from 'zod'
import { changeKinds, fileTypes } from '../core/changes/change'
import { operation } from './operation'
import { onePath } from './values'

const { lens: _lens, ...path } = onePath

/** What undoing a change does to its path. */
const undoActions = ['restore', 'remove', 'bring-back'] as const

export const undoOperations = {
  'undo.plan': operation({
    summary: 'What undoing one change would do, and whether it can be done in the state the container is in.',
    input: z.strictObject(path),
    output: z.object({
      kind: z.enum(changeKinds),
      type: z.enum(fileTypes),
      action: z.enum(undoActions),
      /** `engine`: through its archive or a command in the container; `host`: in the upper directory of a stopped one. */
      through: z.enum(['engine', 'host']).optional(),
      /** Why it cannot be done; then there is no `through`. */
      obstacle: z.string().optional(),
      /** What will happen and what may not come back, a sentence each. */
      effects: z.array(z.string()),
    }),
  }),
  'undo.apply': operation({
    summary:
      'Undoes one change: restores a path to its lower version, removes an added one, brings a deleted one back.',
    input: z.strictObject({
      ...path,
      /** The action that the person agreed to; anything else to be done by now is refused. */
      action: z.enum(undoActions),
    }),
    output: z.object({ action: z.enum(undoActions), through: z.enum(['engine', 'host']) }),
  }),
}
