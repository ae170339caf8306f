import { z } from 'zod'
import { operation } from './operation'
import { container, containerId, hostId, mount, overlayDirectories } from './values'

export const containerOperations = {
  'containers.list': operation({
    summary: 'The containers of a host, as `docker ps` shows them; with `all`, stopped ones too.',
    input: z.strictObject({ hostId, all: z.boolean().optional() }),
    output: z.array(container),
  }),
  'containers.inspect': operation({
    summary: 'One container with its mounts and the directories of its union mount.',
    input: z.strictObject({ hostId, containerId }),
    output: z.object({
      container: container.omit({ status: true }),
      command: z.array(z.string()),
      workingDirectory: z.string(),
      user: z.string(),
      mounts: z.array(mount),
      /** Absent where the engine does not tell. */
      directories: overlayDirectories.optional(),
      /** The engine's whole answer as indented JSON text. */
      raw: z.string(),
    }),
  }),
  'containers.resume': operation({
    summary: 'Lets a paused container run again.',
    input: z.strictObject({ hostId, containerId }),
    output: z.object({ id: z.string() }),
  }),
}
