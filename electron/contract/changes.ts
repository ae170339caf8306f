import { z } from 'zod'
import { changeAspects, changeKinds, fileTypes, moveEvidence } from '../core/changes/change'
import { operation } from './operation'
import {
  change,
  comparedPath,
  containerId,
  count,
  hostId,
  image,
  isoTime,
  lens,
  totals,
  warning,
} from './values'

const listingId = z.string().min(1).max(100)

/** A path of a listing: as text, and as its exact bytes in base64 where the text does not tell them. */
const shownPath = z.strictObject({
  path: z.string().min(1).max(100_000),
  pathBytes: z.base64().min(1).max(200_000).optional(),
})

/** One line of the tree as it is drawn; names are made safe to show. */
const changeRow = z.object({
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
  /** What differs from the lower version; absent for added and deleted paths and where the lens does not tell. */
  aspects: z.array(z.enum(changeAspects)).optional(),
  /** Files of one size whose content was not compared (yet). */
  contentUnsure: z.boolean().optional(),
  /** What a deleted directory held, itself not counted. */
  lost: z.object({ entries: count, bytes: count }).optional(),
  /** The other end of a probable rename: where an added path came from, or where a deleted one went. */
  moved: z
    .object({ path: z.string(), pathBytes: z.string().optional(), by: z.enum(moveEvidence) })
    .optional(),
  /** Made by the engine for every container (`/etc/hosts`, `/dev`, …), or lies where something is mounted. */
  runtime: z.boolean().optional(),
  /** It, or something below it, changed since the listing was last looked at. */
  fresh: z.boolean().optional(),
  /** Of the node and everything below it. */
  totals,
})

/** Facts of one version of a path. */
const pathFacts = z.object({
  type: z.enum(fileTypes),
  size: count.optional(),
  mode: count.optional(),
  uid: count.optional(),
  gid: count.optional(),
  modifiedAt: isoTime.optional(),
  linkTarget: z.string().optional(),
  /** Without overlayfs's own; values in base64, and file capabilities in words too (`cap_net_raw=ep`). */
  attributes: z
    .array(z.object({ name: z.string(), value: z.string(), meaning: z.string().optional() }))
    .optional(),
  /** Which of the image's layers has it, 1 is the lowest; absent for the container's own version and where it is not known. */
  layer: z.object({ number: count, of: count }).optional(),
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
    input: z.strictObject({
      hostId,
      containerId,
      lens: lens.optional(),
      /** Compares the container with this image and not with its own. */
      against: image.optional(),
      /** Refreshes by itself while the container runs, where the host lens lists. */
      live: z.boolean().optional(),
    }),
    output: z.object({
      listingId,
      lens,
      reason: z.string().optional(),
      /** The image that the container is compared with where it is not its own. */
      against: z.object({ id: z.string(), references: z.array(z.string()) }).optional(),
    }),
  }),
  'changes.rows': operation({
    summary: 'The lines of an open listing that are on the screen.',
    input: z.strictObject({
      listingId,
      open: z.boolean(),
      /** Directories that are the other way round; those that the listing does not have are passed over. */
      toggled: z.array(shownPath).max(100_000),
      kinds: z.array(z.enum(changeKinds)),
      /** All types where absent. */
      types: z.array(z.enum(fileTypes)).optional(),
      /** Bytes of a file's own content. */
      minimumSize: count.optional(),
      /** Part of a path, or a glob where it holds `*`, `?` or `[`. */
      search: z.string().max(4096),
      sort: z.enum(['name', 'size', 'time']),
      descending: z.boolean(),
      /** Whether paths that the engine makes for every container are shown too. */
      runtime: z.boolean().optional(),
      /** `opened`: what changed since the listing was complete for the first time, not since the image. */
      since: z.enum(['image', 'opened']).optional(),
      offset: count,
      limit: z.number().int().min(1).max(1000),
    }),
    output: z.object({ total: count, rows: z.array(changeRow) }),
  }),
  'changes.refresh': operation({
    summary: 'Looks again at the container of an open listing now; done when that look is complete.',
    input: z.strictObject({ listingId }),
    output: z.object({}),
  }),
  'changes.rest': operation({
    summary: 'Lets a live listing rest while nobody looks at it, or go on; what it knows stays.',
    input: z.strictObject({ listingId, resting: z.boolean() }),
    output: z.object({ resting: z.boolean() }),
  }),
  'changes.seen': operation({
    summary: 'Takes the marks off everything that changed since an open listing was last looked at.',
    input: z.strictObject({ listingId }),
    output: z.object({ seen: z.boolean() }),
  }),
  'changes.describe': operation({
    summary: 'Both versions of one path with all their facts, and what differs between them.',
    input: z.strictObject(comparedPath),
    output: z.object({
      /** Absent where this version does not have the path. */
      upper: pathFacts.optional(),
      lower: pathFacts.optional(),
      /** Where both versions exist. */
      aspects: z.array(z.enum(changeAspects)),
      /** What could not be found out, in a sentence each. */
      unknown: z.array(z.string()),
      through: lens,
    }),
  }),
  'changes.lost': operation({
    summary: 'What was lost with a deleted or replaced directory: its entries in the lower layers.',
    input: z.strictObject({
      ...comparedPath,
      offset: count.optional(),
      limit: z.number().int().min(1).max(1000).optional(),
    }),
    output: z.object({
      entries: count,
      bytes: count,
      rows: z.array(
        z.object({
          path: z.string(),
          pathBytes: z.string().optional(),
          type: z.enum(fileTypes),
          size: count.optional(),
          mode: count.optional(),
        }),
      ),
    }),
  }),
  'changes.export': operation({
    summary: 'Writes an open listing, or a part of it, to a file of this machine as JSON, CSV or Markdown.',
    input: z.strictObject({
      listingId,
      format: z.enum(['json', 'csv', 'markdown']),
      /** The node of a row, whose changes alone are written; all where absent. */
      node: count.optional(),
      /** An absolute path of this machine; the text comes back in the answer where absent, if it is not too long. */
      toFile: z.string().min(1).max(4096).optional(),
      overwrite: z.boolean().optional(),
    }),
    output: z.object({ changes: count, file: z.string().optional(), text: z.string().optional() }),
  }),
  'changes.close': operation({
    summary: 'Ends a listing and the work it still does on the host.',
    input: z.strictObject({ listingId }),
    output: z.object({ closed: z.boolean() }),
  }),
}
