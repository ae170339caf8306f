import type { ByteStrings } from '../columns/byte-strings'
import type { ChangeKind, FileType } from '../changes/change'
import type { ChangeTree } from '../change-tree/change-tree'
import type { NodeFacts } from '../change-tree/node-facts'

export type SortKey = 'name' | 'size' | 'time'

/** What a person chose to see of a tree. */
export interface ChangeView {
  /** Directories are open unless named in `toggled`, or closed unless named there. */
  readonly open: boolean
  /** Nodes whose directory is the other way round. */
  readonly toggled: ReadonlySet<number>
  readonly kinds: ReadonlySet<ChangeKind>
  /** All types where absent. */
  readonly types?: ReadonlySet<FileType>
  /** Bytes of a file's own content; 0 for everything, also what has no content. */
  readonly minimumSize: number
  /** Part of a path or a glob (see path-search.ts), as bytes; while there is one every directory is open. */
  readonly search: string
  readonly sort: SortKey
  readonly descending: boolean
  /** Whether what the engine makes for every container is shown. */
  readonly runtime?: boolean
  /** What the tree is held against: the image, unless it is said otherwise. */
  readonly since?: 'image' | 'opened'
}

/** What a tree's nodes are in a view. */
export function factsIn(tree: ChangeTree, { since }: Pick<ChangeView, 'since'>): NodeFacts {
  return since === 'opened' ? tree.sinceOpened : tree
}

/** Negative where node `a` stands above node `b` of the same directory; never 0 for two nodes. */
export function compareNodes(
  names: ByteStrings,
  facts: NodeFacts,
  { sort, descending }: Pick<ChangeView, 'sort' | 'descending'>,
  a: number,
  b: number,
): number {
  const order = descending ? -1 : 1
  switch (sort) {
    case 'name':
      return order * byName(names, a, b)
    case 'size':
      return order * (facts.shownSize(a) - facts.shownSize(b)) || byName(names, a, b)
    case 'time': {
      const [left, right] = [facts.time(a), facts.time(b)]
      if (Number.isNaN(left) || Number.isNaN(right))
        return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || byName(names, a, b)
      return order * (left - right) || byName(names, a, b)
    }
  }
}

/** Names that are alike stay in the order they came. */
function byName(names: ByteStrings, a: number, b: number): number {
  return names.compare(a, b) || a - b
}
