import type { Change, ChangeKind, ChangeTotals, FileType } from '../changes/change'

/** What a view asks of a tree's nodes: what they are against the image, or against the moment when the listing was opened. */
export interface NodeFacts {
  /** Nothing for a directory that merely leads to a change. */
  kind(node: number): ChangeKind | undefined
  type(node: number): FileType
  /** Bytes of the node's own content, or -1 where it has none or the lens did not tell. */
  ownSize(node: number): number
  /** The size a person reads in the node's row: its own, or what is below it. */
  shownSize(node: number): number
  /** Milliseconds since 1970, or NaN where the lens did not tell. */
  time(node: number): number
  /** Counts of the node itself and of everything below it, without what the engine makes for every container. */
  totalsOf(node: number): ChangeTotals
  /** The change at a node, nothing where the node merely leads to one. */
  change(node: number): Change | undefined
  isRuntime(node: number): boolean
  /** Whether there are nodes that neither are changes nor lead to one. */
  hasEmptyNodes(runtimeToo: boolean): boolean
  /** Whether a node is a change or leads to one. */
  leads(node: number, runtimeToo: boolean): boolean
}
