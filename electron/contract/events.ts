import { z } from 'zod'
import { pendingPrompt } from './prompts'
import { storageNotice } from './storage'
import { count, failure, hostDescription, hostId, isoTime, lens, totals, warning } from './values'

/** What this process tells without being asked, by name. */
export const events = {
  /** The engine was found, lost or found again. */
  'host.changed': z.object({
    hostId,
    state: z.enum(['connecting', 'connected', 'lost', 'disconnected']),
    description: hostDescription.optional(),
    failure: failure.optional(),
    /** While connected: why what happens in the engine cannot be followed, so that lists are looked at again now and then instead. */
    notLive: z.string().optional(),
    /**
     * While connected: nothing comes from the engine, or from the line to it. `request` is what waits longest, as `GET /containers/json`.
     * `isPartial`: the engine itself answers, and containerd, which it needs for much, answers it nothing.
     */
    silence: z
      .object({ since: isoTime, request: z.string().optional(), isPartial: z.literal(true).optional() })
      .optional(),
    /** Milliseconds until the next attempt, while lost; without it nothing more is tried until a person asks for it. */
    retryIn: count.optional(),
  }),
  /** The list of hosts is out of date: ask again. */
  'hosts.changed': z.object({}),
  /** A person has to answer before a host can be opened. */
  'prompt.asked': pendingPrompt,
  /** A question was answered, or nobody waits for its answer any more. */
  'prompt.closed': z.object({ promptId: z.string() }),
  /** The list is out of date: ask again. */
  'containers.changed': z.object({ hostId }),
  'images.changed': z.object({ hostId }),
  'changes.progressed': z.object({
    listingId: z.string(),
    /** Grows whenever rows may look different, so that rows asked for earlier can be told from current ones. */
    version: count,
    totals,
    warnings: z.array(warning),
    state: z.enum(['reading', 'complete', 'failed']),
    /** The one that it was opened with, or the engine's from where the host said nothing more; all rows come from one. */
    lens,
    /** Why the engine lens lists where none was asked for. */
    reason: z.string().optional(),
    /** The second look at what was listed (content, what was lost, renames), which begins when the listing is complete. */
    notes: z.enum(['waiting', 'reading', 'complete', 'failed']),
    /** What the second look left out, in a sentence each. */
    notesLeftOut: z.array(z.string()),
    /** Changed paths that the engine makes for every container, which are counted in no total. */
    runtime: count,
    /** Changes since the listing was complete for the first time. */
    sinceOpened: totals,
    /** Paths that changed since the listing was last looked at. */
    fresh: count,
    /** Whether it refreshes by itself, and milliseconds until the next look. */
    live: z.object({ on: z.boolean(), nextIn: count.optional(), reason: z.string().optional() }),
    /** Milliseconds from opening until now, or until the listing was complete for the first time. */
    elapsed: count,
    failure: failure.optional(),
  }),
  /** How far a file has come that `changes.export` or `content.save` writes; its totals where they are known. */
  'file.progressed': z.object({
    /** As it was named to be written. */
    file: z.string(),
    bytes: count,
    ofBytes: count.optional(),
    /** Changes of a report, or entries of an archive. */
    entries: count.optional(),
    ofEntries: count.optional(),
  }),
  'storage.noticed': storageNotice,
  'snapshot.progressed': z.object({
    hostId,
    containerId: z.string(),
    snapshotId: z.string(),
    /** `settling`: the engine's answer was lost, and it is found out whether the image was made. */
    step: z.enum(['waiting', 'saving', 'settling', 'checking', 'naming', 'comparing', 'made', 'failed']),
  }),
}

export type EventName = keyof typeof events
export type EventPayload<Name extends EventName> = z.infer<(typeof events)[Name]>
export type LaminaEvent = {
  [Name in EventName]: { readonly name: Name; readonly payload: EventPayload<Name> }
}[EventName]
