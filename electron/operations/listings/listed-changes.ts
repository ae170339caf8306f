import type { EventPayload } from '../../contract/events'
import type { Change, ChangeWarning, Lens } from '../../core/changes/change'
import { ChangeTree, rootNode } from '../../core/change-tree/change-tree'
import { whiteoutNameWarning } from '../../core/changes/whiteout'
import type { ChangeSource } from '../../session/changes/change-source'
import { SecondLooks, type FailureReport } from './findings-run'

/** Changes between two points where other work may go first. */
const slice = 256

type Told = Pick<
  EventPayload<'changes.progressed'>,
  'lens' | 'reason' | 'totals' | 'notes' | 'notesLeftOut' | 'runtime' | 'sinceOpened' | 'fresh'
>

/** What one lens lists of a container, from one look to the next. */
export class ListedChanges {
  readonly tree = new ChangeTree()
  readonly secondLooks: SecondLooks
  readonly #first: ChangeSource

  /** `tell` is called whenever a second look has something new to tell. */
  constructor(first: ChangeSource, tell: () => void, signal: AbortSignal, report: FailureReport) {
    this.#first = first
    this.secondLooks = new SecondLooks(this.tree, tell, signal, report)
  }

  get lens(): Lens {
    return this.#first.lens
  }

  /** Why not the better lens. */
  get reason(): string | undefined {
    return this.#first.reason
  }

  get told(): Told {
    const { lens, reason, tree, secondLooks } = this
    return {
      lens,
      ...(reason === undefined ? {} : { reason }),
      totals: tree.totals,
      notes: secondLooks.state,
      notesLeftOut: [...secondLooks.leftOut],
      runtime: tree.runtime,
      sinceOpened: tree.sinceOpened.totalsOf(rootNode),
      fresh: tree.freshAt(rootNode),
    }
  }

  /** Takes in what a look found, and what there is to warn of; stops at each `yield`, so that other work can go first. */
  *takeIn(
    changes: readonly Change[],
    isRuntime: ChangeSource['isRuntime'],
    warnings: ChangeWarning[],
  ): Generator<void, void> {
    for (const [index, change] of changes.entries()) {
      if (index % slice === slice - 1) yield
      this.tree.add(change, isRuntime(change))
      const warning = change.kind === 'deleted' ? undefined : whiteoutNameWarning(change.path)
      if (warning !== undefined) warnings.push(warning)
    }
  }
}
