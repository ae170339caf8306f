import { containerStates, type ContainerState } from '../core/containers/container'
import type { ContainerDetails } from './engine'

/** How an engine's words are read where engines differ in them. */
export interface EngineWords {
  containerState(word: string): ContainerState
  /** A reference as a person writes it, without what stands for the usual registry. */
  familiarReference(reference: string): string
  /** Where the init is mounted that the engine puts in front of a container's program. */
  readonly initPath: string
  readonly workingDirectoryOf: ContainerDetails['workingDirectoryOf']
}

export const dockerWords: EngineWords = {
  containerState: (word) => containerStates.find((state) => state === word.toLowerCase()) ?? 'unknown',
  familiarReference: (reference) => reference,
  // moby, daemon/container_unix.go: SetupWorkingDirectory; daemon/oci_linux.go: inContainerInitPath.
  initPath: '/sbin/docker-init',
  workingDirectoryOf: 'root',
}
