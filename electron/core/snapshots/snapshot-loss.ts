import type { BytePath } from '../base/byte-path'

/**
 * Why an image cannot hold what a container has: no layer holds sockets (OCI image-spec, layer.md), the mode and owner of the root,
 * and times before 1970; engines keep few extended attributes, and leave out paths that are too long for them on the host and owners that
 * their user namespace does not have; Podman may keep owners as the host numbers them.
 */
export const lossReasons = [
  'socket',
  'attributes',
  'root',
  'time-before-1970',
  'path-too-long',
  'owner-unmapped',
  'owner-of-host',
] as const
export type LossReason = (typeof lossReasons)[number]

/** What an image will not hold as the container has it, for one reason. */
export interface SnapshotLoss {
  readonly reason: LossReason
  readonly count: number
  /** Some of the paths. */
  readonly paths: readonly BytePath[]
}
