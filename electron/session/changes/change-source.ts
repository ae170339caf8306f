import type { Change, ChangeNote, Lens } from '../../core/changes/change'

/** A listing under way: who makes it, why not the better lens, and the changes as they are found. */
export interface ChangeSource {
  readonly lens: Lens
  /** Whole when all batches were read. */
  readonly reason?: string | undefined
  readonly batches: AsyncIterable<readonly Change[]>
  /** Whether a change of a batch that has come is the engine's own and nobody's in the container. */
  readonly isRuntime: (change: Change) => boolean
  /**
   * The second look: finds out more about the changes that the first one gave, and returns what it left out, in a sentence each.
   * Absent where the lens cannot.
   */
  readonly notes?: (signal: AbortSignal) => AsyncGenerator<readonly ChangeNote[], readonly string[]>
  /** The same through the engine, from its beginning, where the batches end with `command-failed` and no lens was asked for. */
  readonly otherwise?: (because: string) => ChangeSource | Promise<ChangeSource>
}
