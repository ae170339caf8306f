import { z } from 'zod'
import { fileTypes } from '../core/changes/change'
import { operation } from './operation'
import { count, isoTime, lens, comparedPath } from './values'

/** The most bytes that one call gives; also what it gives where nothing is said. */
export const largestContent = 2 * 1024 * 1024

const oneVersion = {
  ...comparedPath,
  /** What the container has now, or what the image has. */
  side: z.enum(['upper', 'lower']),
}

export const contentOperations = {
  'content.read': operation({
    summary: 'What a container has at a path, or what its image has there: facts and a part of the content.',
    input: z.strictObject({
      ...oneVersion,
      offset: count.optional(),
      limit: z.number().int().min(1).max(largestContent).optional(),
    }),
    output: z.object({
      exists: z.boolean(),
      type: z.enum(fileTypes),
      size: count.optional(),
      mode: count.optional(),
      uid: count.optional(),
      gid: count.optional(),
      modifiedAt: isoTime.optional(),
      linkTarget: z.string().optional(),
      offset: count,
      /** Base64. A link's bytes are its target; links are never followed. */
      bytes: z.string(),
      /** Whether nothing follows these bytes. */
      end: z.boolean(),
      /** Told by the bytes, formats only by the first ones; `none` for what has no content. */
      kind: z.enum(['text', 'image', 'sqlite', 'archive', 'elf', 'binary', 'none']),
      /** Of text, as `TextDecoder` takes it. */
      encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'latin1']).optional(),
      mediaType: z.string().optional(),
      /** What is mounted there: the container sees it, and a snapshot does not hold it. `file` is one that the engine writes itself. */
      mounted: z.object({ type: z.string(), destination: z.string() }).optional(),
      through: lens,
    }),
  }),
  'content.save': operation({
    summary:
      'Writes one version of a file to this machine, or a directory as a tar; never over another file unasked.',
    input: z.strictObject({
      ...oneVersion,
      /** An absolute path of this machine. */
      toFile: z.string().min(1).max(4096),
      overwrite: z.boolean().optional(),
    }),
    output: z.object({
      file: z.string(),
      type: z.enum(['file', 'directory']),
      bytes: count,
      through: lens,
    }),
  }),
}
