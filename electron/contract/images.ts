import { z } from 'zod'
import { operation } from './operation'
import { count, failure, hostId, image, imageStack, imageSummary, layer } from './values'

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
  /** Of the image's layers together; absent where the size of one is not known. */
  bytes: count.optional(),
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
      history: z.string().optional(),
      /** Why the engine gave no history. */
      historyFailure: failure.optional(),
    }),
  }),
  'stacks.compare': operation({
    summary: 'Two layer stacks side by side, of any two images or containers, rows from the bottom up.',
    input: z.strictObject({ left: stackSource, right: stackSource }),
    output: z.object({
      left: comparedStack,
      right: comparedStack,
      shared: count,
      /** Each of them absent where the size of one of these layers is not known; a container's upper layer is in none. */
      sharedBytes: count.optional(),
      leftBytes: count.optional(),
      rightBytes: count.optional(),
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
