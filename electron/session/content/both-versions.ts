import type { BytePath } from '../../core/base/byte-path'
import type { PathFacts } from '../../core/changes/path-facts'
import type { ContainerDetails, ImageDetails } from '../../engine/engine'

/** A path of a container, and the image whose version is the lower one where it is not the container's own. */
export interface ComparedPath {
  readonly container: ContainerDetails
  readonly path: BytePath
  readonly against?: ImageDetails
}

/** Two versions of a path as far as one lens tells them. */
export interface BothVersions {
  readonly upper: PathFacts | undefined
  readonly lower: PathFacts | undefined
  /** Of two files; nothing where it was not found out, which `unknown` then says. */
  readonly sameContent: boolean | undefined
  /** What could not be found out, in a sentence each. */
  readonly unknown: readonly string[]
}

/** Files of one size are compared up to here: more would take minutes. */
export const largestCompared = {
  bytes: 256 * 1024 * 1024,
  sentence: 'Both versions have one size; content of more than 256 MB is not compared.',
} as const
