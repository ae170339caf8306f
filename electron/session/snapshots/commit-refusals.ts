import type { Failure } from '../../core/base/failure'
import type { CommitRequest } from '../../engine/engine'

/**
 * moby, layer/layer_store.go: an image has at most 125 layers with overlay2. containers/storage, drivers/overlay: at most 500 are mounted
 * together, which Podman finds when it mounts. Both say it in these words.
 */
const tooDeep = /\bmax depth exceeded\b/

const flatten =
  "Put the container's files into one layer (docker export, then docker import, which keeps no configuration) and make a container of that, or build its image with fewer layers."

/** What an engine said no to, in words that tell what was wanted, and what to do. Nothing was made. */
export function refusedCommit(failure: Failure, { pause }: CommitRequest): Failure {
  const { kind, message } = failure
  // Podman makes no image where it cannot pause (libpod, container_commit.go: "pausing container … to commit"); Docker goes on.
  if (pause && /\bpausing container\b/.test(message))
    return {
      kind,
      message: `The engine could not pause the container while saving it, so it made no snapshot. ${message}`,
      remedy:
        'Make the snapshot without pausing the container; files that are written meanwhile may then be in it half-written. Or stop the container first.',
    }
  if (tooDeep.test(message))
    return {
      kind,
      message: `The container's image has as many layers as the engine takes, so it made no snapshot: ${message}`,
      remedy: flatten,
    }
  return failure
}

/** What to do about a snapshot that was made and is of no use. */
export function remedyForUseless({ message }: Failure): string {
  return tooDeep.test(message)
    ? `The image was left without a name. ${flatten}`
    : 'The image was left without a name. Keep the container until a snapshot of it could be made that works.'
}
