import type { ContainerDetails } from '../../../electron/engine/engine'

/** Of a container in which the engine makes and mounts nothing. */
export const noEngineMade = {
  engineMounts: [],
  engineLinks: new Map<string, string>(),
  workingDirectoryOf: 'root',
  addsUser: false,
} satisfies Partial<ContainerDetails>
