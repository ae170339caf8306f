import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { dockerCli, type DockerCli } from './docker-cli'

/** Busybox and nothing else, one layer; in the shared engine from the start. */
export const baseImage = 'lamina-test/base:1'
/** Nine layers, from busybox up; in the shared engine from the start. */
export const nineLayersImage = 'lamina-test/nine:1'

/** What global-setup.ts hands to the test files, which run in processes of their own. */
export interface ProvidedEngine {
  readonly folder: string
  readonly socketPath: string
  readonly dataRoot: string
  readonly dockerHost: string
}

declare module 'vitest' {
  interface ProvidedContext {
    engine: ProvidedEngine
  }
}

/** The private engine that the test files of a run share, with the docker command line bound to it. */
export interface SharedEngine extends ProvidedEngine {
  readonly docker: DockerCli
}

/** The engine of this run. Make what a test needs under `uniqueName`, and remove it: other files use it too. */
export function sharedEngine(): SharedEngine {
  const provided = inject('engine')
  return { ...provided, docker: dockerCli(provided.dockerHost, provided.folder) }
}

/** A name for a container or an image that no other test has. */
export function uniqueName(what: string): string {
  return `${what}-${randomBytes(4).toString('hex')}`
}
