import type { LaminaEvent } from '../../contract/events'
import type { BytePath } from '../../core/base/byte-path'
import type { ChangeView } from '../../core/change-view/change-view'
import type { ChangeSource } from '../../session/changes/change-source'
import type { LiveStart } from './auto-refresh'
import type { LookedAt } from './listing-source'
import type { FailureReport } from './findings-run'

/** A container as it was when its listing was opened, and what it is compared with. */
export interface ListingTitle {
  readonly container: string
  readonly image: string
}

/** A view as it is asked for: which nodes its directories are is another thing in each listing, and while one grows. */
export type AskedView = Omit<ChangeView, 'toggled'> & { readonly toggled: readonly BytePath[] }

/** How a listing begins. */
export interface ListingStart {
  readonly subject: LookedAt
  readonly title: ListingTitle
  readonly first: ChangeSource
  /** Ends everything. */
  readonly stopping: AbortController
  /** By `performance.now()`. */
  readonly openedAt: number
  /** It refreshes by itself where the host lens lists; absent where that was not asked for. */
  readonly live?: LiveStart
  readonly emit: (event: LaminaEvent) => void
  readonly report: FailureReport
}
