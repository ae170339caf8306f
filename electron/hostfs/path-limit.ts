import { failed } from '../core/failure'

/** PATH_MAX without its zero byte (Linux, limits.h): the longest path that a call takes. Deeper ones are reached step by step only. */
export const longestPath = 4095

/**
 * A path of a layer has the layer's own directory in front, so a container's longest paths cannot be named on the host. A
 * tool would take such a path for one that is not there.
 * @throws FailureError `command-failed`
 */
export function refuseTooLong(path: string): void {
  if (path.length <= longestPath) return
  throw failed(
    'command-failed',
    `A path is too long to be looked up on the host: with its layer's directory it has ${String(path.length)} bytes, and Linux takes ${String(longestPath)}.`,
    'Read it from inside the container, where the path is shorter.',
  )
}
