import type { Container } from '../../stores/containers'

/** Why the engine would refuse a snapshot of a container in this state; nothing where it would not. */
export function commitObstacle(
  state: Container['state'] | undefined,
): 'gone' | 'dead' | 'removing' | undefined {
  if (state === undefined) return 'gone'
  return state === 'dead' || state === 'removing' ? state : undefined
}
