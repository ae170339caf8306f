import { expect } from 'vitest'
import type { ExpectedRow } from '../../integration/lenses/lens-case'
import { inOrder, pathOf, type ListedChange } from '../../integration/lenses/listings'
import { naiveChanges } from '../../integration/lenses/naive-walk'
import type { ChangedContainer } from './matrix-engine'

/** By path and kind. */
export function rowsOf(changes: readonly ListedChange[]): ExpectedRow[] {
  return inOrder(changes.map((change) => ({ kind: change.kind, path: pathOf(change) })))
}

/** Below what the image has; the rest is what an engine makes in each container. */
export function inImage({ path }: ExpectedRow): boolean {
  return path.startsWith('/r/')
}

/** Holds the changes that the host lens lists against a naive walk of the container before and after. */
export function expectAsWalked(
  changes: readonly ListedChange[],
  { before, after }: ChangedContainer,
  runtimePaths: RegExp,
): void {
  const rows = rowsOf(changes)
  expect(rows.filter(inImage)).toEqual(inOrder(naiveChanges(before, after)))
  for (const { path } of rows.filter((row) => !inImage(row))) expect(path).toMatch(runtimePaths)
  for (const change of changes.filter(({ path }) => path.startsWith('/r/'))) {
    const seen = (change.kind === 'deleted' ? before : after).get(pathOf(change))
    expect(change.mode?.toString(8)).toBe(seen?.mode)
    if (change.type === 'file') expect(change.size).toBe(seen?.size)
  }
}
