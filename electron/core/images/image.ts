import type { Failure } from '../base/failure'
import type { HistoryStep, Layer } from './layer'

export interface ImageSummary {
  readonly id: string
  /** `name:tag` each, in the engine's familiar form; empty for an untagged image. */
  readonly references: readonly string[]
  /** Bytes of all layers together; absent where the engine does not count. */
  readonly size?: number
  /** ISO 8601, or empty where it is not known: also where its builder left it out. */
  readonly createdAt: string
  /** Id of the snapshot that made the image, where Lamina made it. */
  readonly snapshotId?: string
}

/** An image as the engine's inspect and history give it: its layers bottom to top and what made them. */
export interface ImageStack {
  readonly id: string
  readonly references: readonly string[]
  readonly layers: readonly Layer[]
  /** Every history step, oldest first, those without a layer too. */
  readonly history: readonly HistoryStep[]
  /** Where the history stands on: the image's own config, or the engine's report, in which empty steps are inferred. */
  readonly historySource: 'config' | 'report' | 'none'
  /** It has one step for each layer and no more; otherwise which step made which layer is not known. */
  readonly historyIsWhole: boolean
  /** Why the engine gave no history. */
  readonly historyFailure?: Failure
  readonly size?: number
  readonly author: string
  readonly comment: string
  readonly createdAt: string
  readonly architecture: string
  readonly os: string
  readonly config: ImageConfig
}

/** What a container started from the image gets; environment values stay as the image has them. */
export interface ImageConfig {
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly environment: readonly string[]
  readonly workingDirectory: string
  readonly user: string
  readonly exposedPorts: readonly string[]
  readonly volumes: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

/** As configs and indexes name it (OCI image-spec, config.md): `linux` and `amd64`; a part that they leave out is empty. */
export interface Platform {
  readonly os: string
  readonly architecture: string
}
