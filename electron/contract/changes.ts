import { z } from 'zod'
import { changeKinds, fileTypes } from '../core/change'
import { operation } from './operation'
import { change, containerId, count, hostId, isoTime, lens, totals, warning } from './values'

const listingId = z.string().min(1).max(100)

/** One line of the tree as it is drawn; names are made safe to show. */
export const changeRow = z.object({
  node: count,
  depth: count,
  name: z.string(),
  /** Directories with one child each that are drawn before the name, as `usr / share /`. */
  folded: z.array(z.string()),
  path: z.string(),
  pathBytes: z.string().optional(),
  /** Absent for a directory that merely leads to changes. */
  kind: z.enum(changeKinds).optional(),
  type: z.enum(fileTypes),
  expandable: z.boolean(),
  open: z.boolean(),
  /** The file's own size, or what the upper layer holds below a directory; absent where the lens does not tell. */
  size: count.optional(),
  mode: count.optional(),
  uid: count.optional(),
  gid: count.optional(),
  modifiedAt: isoTime.optional(),
  linkTarget: z.string().optional(),
  /** Of the node and everything below it. */
  totals,
})

export const changeOperations = {
  'changes.list': operation({
    summary: 'Every path that the upper layer of a container adds, modifies or deletes.',
    input: z.strictObject({ hostId, containerId, lens: lens.optional() }),
    output: z.object({
      lens,
      /** Why the engine lens answered where none was asked for. */
      reason: z.string().optional(),
      totals,
      warnings: z.array(warning),
      changes: z.array(change),
    }),
  }),
  'changes.open': operation({
    summary: 'Starts a listing that stays in this process; `changes.progressed` tells how it grows.',
    input: z.strictObject({ hostId, containerId, lens: lens.optional() }),
    output: z.object({ listingId, lens, reason: z.string().optional() }),
  }),
  'changes.rows': operation({
    summary: 'The lines of an open listing that are on the screen.',
    input: z.strictObject({
      listingId,
      open: z.boolean(),
      toggled: z.array(count).max(100_000),
      kinds: z.array(z.enum(changeKinds)),
      /** All types where absent. */
      types: z.array(z.enum(fileTypes)).optional(),
      /** Bytes of a file's own content. */
      minimumSize: count.optional(),
      /** Part of a path, or a glob where it holds `*`, `?` or `[`. */
      search: z.string().max(4096),
      sort: z.enum(['name', 'size', 'time']),
      descending: z.boolean(),
      offset: count,
      limit: z.number().int().min(1).max(1000),
    }),
    output: z.object({ total: count, rows: z.array(changeRow) }),
  }),
  'changes.close': operation({
    summary: 'Ends a listing and the work it still does on the host.',
    input: z.strictObject({ listingId }),
    output: z.object({ closed: z.boolean() }),
  }),
}
