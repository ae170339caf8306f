import type { ChangeKind, FileType } from '../../../../electron/core/changes/change'
import type { SortKey } from '../../../../electron/core/change-view/change-view'
import type { OperationInput } from '../../../../electron/contract/contract'
import { isPath, pathOnly, type PathText } from './path-text'

/** What a person chose to see of a listing. */
export interface ChangeListView {
  /** Part of a path, or a glob. */
  readonly search: string
  readonly kinds: readonly ChangeKind[]
  /** All types where there is none. */
  readonly types: readonly FileType[]
  /** Bytes of a file's own content; 0 for everything. */
  readonly minimumSize: number
  readonly sort: SortKey
  readonly descending: boolean
  /** Whether paths that the engine makes for every container are shown too. */
  readonly runtime: boolean
  /** `opened`: only what changed since the listing was opened. */
  readonly since: 'image' | 'opened'
  /** Directories are open unless in `toggled`, or closed unless in `toggled`; a path is the same in every listing. */
  readonly open: boolean
  readonly toggled: readonly PathText[]
  /** Nobody has opened or closed anything yet, so a listing that grows long may fold itself. */
  readonly untouched: boolean
}

/** A listing with more lines than this starts folded. */
export const longestOpenListing = 300

export const firstView: ChangeListView = {
  search: '',
  kinds: ['added', 'modified', 'deleted'],
  types: [],
  minimumSize: 0,
  sort: 'name',
  descending: false,
  runtime: false,
  since: 'image',
  open: true,
  toggled: [],
  untouched: true,
}

/** Types that a person can choose, in this order. */
export const filteredTypes: readonly FileType[] = [
  'file',
  'directory',
  'symlink',
  'character-device',
  'block-device',
  'fifo',
  'socket',
]

/** Sizes that a person can choose, in bytes. */
export const minimumSizes: readonly number[] = [0, 1e5, 1e6, 1e7, 1e8, 1e9]

export function withToggled(view: ChangeListView, directory: PathText): ChangeListView {
  const others = view.toggled.filter((other) => !isPath(other, directory))
  const toggled = others.length < view.toggled.length ? others : [...others, pathOnly(directory)]
  return { ...view, toggled, untouched: false }
}

export function withKindToggled(view: ChangeListView, kind: ChangeKind): ChangeListView {
  const kinds = firstView.kinds.filter((other) => view.kinds.includes(other) !== (other === kind))
  return { ...view, kinds }
}

export function withTypeToggled(view: ChangeListView, type: FileType): ChangeListView {
  const types = filteredTypes.filter((other) => view.types.includes(other) !== (other === type))
  return { ...view, types }
}

export function withoutFilters(view: ChangeListView): ChangeListView {
  const { search, kinds, types, minimumSize, since } = firstView
  return { ...view, search, kinds, types, minimumSize, since }
}

/** Sorting by the column that sorts already turns it round; sizes and times begin with the largest. */
export function withSort(view: ChangeListView, sort: SortKey): ChangeListView {
  const descending = view.sort === sort ? !view.descending : sort !== 'name'
  return { ...view, sort, descending }
}

/** Whether lines are left out, so that an empty tree means "nothing fits" and not "nothing changed". */
export function isFiltered(view: ChangeListView): boolean {
  const isOfAllFacts = view.types.length === 0 && view.minimumSize === 0 && view.since === 'image'
  return view.search !== '' || view.kinds.length < firstView.kinds.length || !isOfAllFacts
}

export function rowsInput(
  listingId: string,
  view: ChangeListView,
  offset: number,
  limit: number,
): OperationInput<'changes.rows'> {
  const { search, sort, descending, open, types, minimumSize, runtime, since } = view
  return {
    ...(types.length === 0 ? {} : { types: [...types] }),
    ...(minimumSize === 0 ? {} : { minimumSize }),
    ...(runtime ? { runtime } : {}),
    ...(since === 'image' ? {} : { since }),
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
