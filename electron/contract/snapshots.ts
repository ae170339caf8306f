import { z } from 'zod'
import { changeAspects } from '../core/changes/change'
import { lossReasons } from '../core/snapshots/snapshot-loss'
import { operation } from './operation'
import { containerId, count, failure, hostId, isoTime, lens, mount, namedPath, warning } from './values'

const text = z.string().max(4096)

/** A snapshot that was begun and whose end this process did not see. */
const unfinishedSnapshot = z.object({
  snapshotId: z.string(),
  hostId,
  containerId: z.string(),
  containerName: z.string(),
  reference: z.string(),
  message: z.string(),
  author: z.string(),
  startedAt: isoTime,
  /** `made`: the image is there, perhaps without its name. `running`: the engine may still be at it. `elsewhere`: another engine was asked for it than the one that answers now. `unknown`: the engine could not be asked. */
  outcome: z.enum(['made', 'not-made', 'running', 'elsewhere', 'unknown']),
  /** Why the engine could not be asked. */
  failure: failure.optional(),
  imageId: z.string().optional(),
  /** Whether the image carries the name that was asked for. */
  named: z.boolean(),
  /** The container stands paused and was not so before the snapshot. */
  leftPaused: z.boolean(),
})

/** What the image of a snapshot holds, held against the container after the commit. */
const verified = z.object({
  /** Paths that were compared; what the container shares with the image is left aside. */
  entries: count,
  /** Paths that the container has and the image lacks; at most 1,000 of each kind are listed. */
  missing: z.array(namedPath),
  /** Paths that the image has and the container lacks. */
  extra: z.array(namedPath),
  different: z.array(namedPath.extend({ aspects: z.array(z.enum(changeAspects)) })),
  /** How many there are in all, those that are not listed too. */
  counts: z.object({ missing: count, extra: count, different: count }),
  /** Paths that differ because they were changed in the container since, so that nothing can be said of them. */
  changedMeanwhile: count,
  /** What was not compared, in a sentence each. */
  notCompared: z.array(z.string()),
  through: lens,
})

export const snapshotOperations = {
  'snapshots.review': operation({
    summary: 'What a snapshot of a container would not hold, what to know before it, and a free name for it.',
    input: z.strictObject({ hostId, containerId }),
    output: z.object({
      suggestedReference: z.string(),
      author: z.string(),
      /** Mounts hide their directories from the snapshot; directories in memory are among them. */
      notIncluded: z.array(mount),
      /** What the engine is known to leave out of an image or to change in it, by what the upper layer holds now. */
      willDiffer: z.array(
        z.object({
          reason: z.enum(lossReasons),
          /** How many paths it concerns. */
          count,
          /** Some of them. */
          paths: z.array(namedPath),
        }),
      ),
      /** Files that the engine writes for the container and mounts in it: what a container adds to them is not kept either. */
      engineFiles: z.array(z.string()),
      /** Layers of the container's image; the engines' limit is 127. */
      baseLayers: count,
    }),
  }),
  'snapshots.commit': operation({
    summary:
      'Keeps the upper layer of a container as an image with a message and an author, and holds the image against it.',
    input: z.strictObject({
      hostId,
      containerId,
      reference: z.string().max(400),
      message: text,
      author: text,
      /** Freeze the container's processes meanwhile; on by default. */
      pause: z.boolean().optional(),
      /** Move the name if another image has it; off by default: the snapshot then fails before it begins. */
      replace: z.boolean().optional(),
    }),
    output: z.object({
      snapshotId: z.string(),
      imageId: z.string(),
      reference: z.string(),
      baseLayers: count,
      layers: count,
      /** The upper layer held nothing, so the engine added no layer. */
      empty: z.boolean(),
      /** Whether the container stood still while it was saved; true for one that was not running. */
      frozen: z.boolean(),
      /** Why no container was made from the image to prove that it works: a proxy before the engine forbids it. */
      untried: z.string().optional(),
      verified,
      warnings: z.array(warning),
    }),
  }),
  'snapshots.unfinished': operation({
    summary: 'Snapshots that were cut off by a crash or a lost engine, with what became of each.',
    input: z.strictObject({ hostId }),
    output: z.array(unfinishedSnapshot),
  }),
  'snapshots.finish': operation({
    summary: 'Settles a cut-off snapshot: names the image that was made, or forgets the attempt.',
    input: z.strictObject({ hostId, snapshotId: z.uuid(), action: z.enum(['name', 'forget']) }),
    output: z.object({ snapshotId: z.string() }),
  }),
}
