/** Something that happened in the engine; `action` in the engine's words (`start`, `pause`, `commit`, …). */
export interface EngineEvent {
  readonly type: 'container' | 'image'
  readonly action: string
  readonly id: string
  /** By the engine's clock, in milliseconds since 1970. */
  readonly time?: number
}

/** Events of one container that are over, oldest first. */
export interface PastEvents {
  readonly events: readonly EngineEvent[]
  /** None since the engine was started is missing. */
  readonly all: boolean
  /** None after this moment is missing: milliseconds since 1970 by the engine's clock; absent where that is not known. */
  readonly since?: number
}
