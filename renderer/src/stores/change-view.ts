import type { ChangeKind } from '../../../electron/core/change'
import type { SortKey } from '../../../electron/core/change-view'
import type { OperationInput } from '../../../electron/contract/contract'

/** What a person chose to see of a listing. */
export interface ChangeListView {
  readonly search: string
  readonly kinds: readonly ChangeKind[]
  readonly sort: SortKey
  readonly descending: boolean
  /** Directories are open unless in `toggled`, or closed unless in `toggled`. */
  readonly open: boolean
  readonly toggled: readonly number[]
  /** Nobody has opened or closed anything yet, so a listing that grows long may fold itself. */
  readonly untouched: boolean
}

/** A listing with more lines than this starts folded. */
export const longestOpenListing = 300

export const firstView: ChangeListView = {
  search: '',
  kinds: ['added', 'modified', 'deleted'],
  sort: 'name',
  descending: false,
  open: true,
  toggled: [],
  untouched: true,
}

export function withToggled(view: ChangeListView, node: number): ChangeListView {
  const toggled = view.toggled.includes(node)
    ? view.toggled.filter((other) => other !== node)
    : [...view.toggled, node]
  return { ...view, toggled, untouched: false }
}

export function withKindToggled(view: ChangeListView, kind: ChangeKind): ChangeListView {
  const kinds = firstView.kinds.filter((other) => view.kinds.includes(other) !== (other === kind))
  return { ...view, kinds }
}

/** Sorting by the column that sorts already turns it round; sizes and times begin with the largest. */
export function withSort(view: ChangeListView, sort: SortKey): ChangeListView {
  const descending = view.sort === sort ? !view.descending : sort !== 'name'
  return { ...view, sort, descending }
}

/** Whether lines are left out, so that an empty tree means "nothing fits" and not "nothing changed". */
export function isFiltered(view: ChangeListView): boolean {
  return view.search !== '' || view.kinds.length < firstView.kinds.length
}

export function rowsInput(
  listingId: string,
  view: ChangeListView,
  offset: number,
  limit: number,
): OperationInput<'changes.rows'> {
  const { search, sort, descending, open } = view
  return {
    listingId,
    open,
    toggled: [...view.toggled],
    kinds: [...view.kinds],
    search,
    sort,
    descending,
    offset,
    limit,
  }
}
