import type { Container } from '../../stores/containers/containers'

/**
 * Why no snapshot of a container is made in this state: the engine would refuse it, or nobody knows yet what became of the one before.
 * Nothing where one can be made.
 */
export function commitObstacle(
  state: Container['state'] | undefined,
  isUnsettled: boolean,
): 'gone' | 'dead' | 'removing' | 'unsettled' | undefined {
  if (state === undefined) return 'gone'
  if (state === 'dead' || state === 'removing') return state
  return isUnsettled ? 'unsettled' : undefined
}
