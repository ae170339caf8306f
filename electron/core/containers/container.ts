/** States as the Engine API names them, and `unknown` for what a future engine may add. */
export const containerStates = [
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
  'unknown',
] as const

export type ContainerState = (typeof containerStates)[number]

export interface ContainerSummary {
  readonly id: string
  /** Without the leading slash of the API. */
  readonly name: string
  /** The reference the container was created from, or the image's id where it lost its name. */
  readonly image: string
  readonly imageId: string
  readonly state: ContainerState
  /** The engine's own words, such as `Exited (0) 5 minutes ago`. */
  readonly status: string
  /** ISO 8601, or empty where it is not known. */
  readonly createdAt: string
}

/** A mount hides its directory from the upper layer: what is below it never becomes part of a snapshot. */
export interface ContainerMount {
  readonly type: string
  readonly name?: string
  readonly source: string
  readonly destination: string
  readonly writable: boolean
}

/** What an engine mounts in a container unasked. It is made anew whenever the container starts, and no snapshot holds it. */
export interface EngineMount {
  readonly destination: string
  /** A file, which the container may write to, or what the kernel and the runtime show there. */
  readonly type: 'file' | 'system'
  /** The file on the host that is mounted there, where the engine tells it. */
  readonly source?: string
}

/** Where the union mount's parts stand on the host; `lower` from the top layer down. */
export interface OverlayDirectories {
  readonly lower: readonly string[]
  readonly upper: string
  readonly work: string
  readonly merged: string
}
