import type { ContainerState } from '../../core/container'
import { dockerWords, type EngineWords } from '../engine-words'

/** States of Podman's own (libpod/define/containerstate.go) that older versions tell by Docker's API too. */
const states: ReadonlyMap<string, ContainerState> = new Map([
  ['configured', 'created'],
  ['initialized', 'created'],
  ['stopping', 'running'],
  ['stopped', 'exited'],
])

/** Podman keeps names whole: what Docker calls `web:1` it calls `docker.io/library/web:1`. */
export const podmanWords: EngineWords = {
  containerState: (word) => states.get(word.toLowerCase()) ?? dockerWords.containerState(word),
  familiarReference: (reference) => reference.replace(/^docker\.io\/(?:library\/(?=[^/]*$))?/, ''),
}

/**
 * A reference in whole, so that it means the same with every `short-name-mode` and `compat_api_enforce_docker_hub` (containers.conf(5));
 * ids stay as they are.
 */
export function wholeReference(image: string): string {
  if (/^(?:sha256:)?[a-f0-9]{1,64}$/.test(image)) return image
  const first = image.slice(0, image.indexOf('/') + 1)
  // distribution/reference, normalize.go: the first part is a host if it has a dot, a colon or capitals, or is `localhost`.
  if (first === '') return `docker.io/library/${image}`
  const isHost = /[.:]/.test(first) || first === 'localhost/' || first.toLowerCase() !== first
  return isHost ? image : `docker.io/${image}`
}
