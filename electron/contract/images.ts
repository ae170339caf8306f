import { z } from 'zod'
import { operation } from './operation'
import { count, hostId, image, imageStack, imageSummary, layer } from './values'

const stackSource = z.union([
  z.strictObject({ hostId, image }),
  z.strictObject({ hostId, containerId: z.string().min(1).max(300) }),
])

const stackLayer = layer.extend({
  /** A container's own writable layer, on top of its image. */
  upper: z.boolean().optional(),
})

const comparedStack = z.object({
  hostId,
  /** Container's name, or the reference or id that was asked for. */
  name: z.string(),
  imageId: z.string(),
  containerId: z.string().optional(),
  layers: count,
  bytes: count,
  author: z.string(),
  comment: z.string(),
  createdAt: z.string(),
})

export const imageOperations = {
  'images.list': operation({
    summary: 'The images of a host, newest first, without intermediate ones.',
    input: z.strictObject({ hostId }),
    output: z.array(imageSummary),
  }),
  'images.stack': operation({
    summary: 'An image with its layers, bottom to top, its history and its configuration.',
    input: z.strictObject({ hostId, image }),
    output: imageStack,
  }),
  'images.inspect': operation({
    summary: "The engine's own answers for an image, inspect and history, as indented JSON text.",
    input: z.strictObject({ hostId, image }),
    output: z.object({
      inspect: z.string(),
      /** Absent where a proxy before the engine forbids to ask for it. */
      history: z.string().optional(),
    }),
  }),
  'stacks.compare': operation({
    summary: 'Two layer stacks side by side, of any two images or containers, rows from the bottom up.',
    input: z.strictObject({ left: stackSource, right: stackSource }),
    output: z.object({
      left: comparedStack,
      right: comparedStack,
      shared: count,
      sharedBytes: count,
      leftBytes: count,
      rightBytes: count,
      rows: z.array(
        z.object({
          relation: z.enum(['shared', 'left', 'right']),
          left: stackLayer.optional(),
          right: stackLayer.optional(),
        }),
      ),
    }),
  }),
}
