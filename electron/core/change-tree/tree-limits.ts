import { failed, type FailureError } from '../base/failure'

/** What a tree holds at most: nodes, and bytes of their names and of what links point to. */
export interface TreeLimits {
  readonly nodes: number
  readonly bytes: number
}

/** Five times what has been listed within 600 MB. Memory ends somewhere, and with it everything that uses it. */
export const usualLimits: TreeLimits = { nodes: 10_000_000, bytes: 1024 * 1024 * 1024 }

export function treeTooLarge({ nodes, bytes }: TreeLimits): FailureError {
  const megabytes = Math.round(bytes / 1024 / 1024).toLocaleString('en')
  return failed(
    'too-large',
    `More than ${nodes.toLocaleString('en')} paths are changed, or their names have more than ${megabytes} MB; a listing holds no more.`,
    'Remove what is not needed in the container.',
  )
}
