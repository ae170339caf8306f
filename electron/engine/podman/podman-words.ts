import type { ContainerState } from '../../core/containers/container'
import { wholeName } from '../../core/images/image-reference'
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
  // libpod/define/container.go: ContainerInitPath; libpod/container_internal.go: resolveWorkDir.
  initPath: '/run/podman-init',
  workingDirectoryOf: 'user',
}

/**
 * A reference in whole, so that it means the same with every `short-name-mode` and `compat_api_enforce_docker_hub` (containers.conf(5));
 * ids stay as they are.
 */
export function wholeReference(image: string): string {
  return /^(?:sha256:)?[a-f0-9]{1,64}$/.test(image) ? image : wholeName(image)
}
