import { z } from 'zod'
import { operation } from './operation'
import { hostId } from './values'

/** How each list is sorted. */
const sorts = z.object({
  containers: z.enum(['name', 'created', 'state']),
  allContainers: z.enum(['name', 'created', 'state', 'host']),
  images: z.enum(['created', 'name', 'size']),
  /** With the paths that the engine makes for every container, or without them. */
  changes: z.object({
    sort: z.enum(['name', 'size', 'time']),
    descending: z.boolean(),
    runtime: z.boolean(),
  }),
})

const id = z.string().min(1).max(1000)
const stack = z.union([z.object({ hostId, image: id }), z.object({ hostId, containerId: id })])

/** What the window shows, by ids; what there is no more is left out at the next start. */
const place = z.discriminatedUnion('screen', [
  z.object({
    screen: z.literal('containers'),
    hostId,
    containerId: id.optional(),
    tab: z.enum(['changes', 'layers', 'details']),
  }),
  z.object({ screen: z.enum(['images', 'snapshots']), hostId, imageId: id.optional() }),
  z.object({ screen: z.literal('all'), hostId }),
  z.object({ screen: z.literal('compare'), hostId, left: stack.optional(), right: stack.optional() }),
])

export const settings = z.object({
  /** Remembered from the last snapshot. */
  author: z.string().max(4096),
  theme: z.enum(['system', 'light', 'dark']),
  locale: z.enum(['system', 'en', 'zh-CN']),
  pause: z.boolean(),
  /** Whether the list shows stopped containers too. */
  showAll: z.boolean(),
  sorts,
  /** Where the next start begins; null for a first one. */
  place: place.nullable(),
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
