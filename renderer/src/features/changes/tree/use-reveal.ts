import { shallowRef, watch } from 'vue'
import { useChanges, type ChangeRow } from '../../../stores/changes/changes'
import { withToggled } from '../../../stores/changes/change-view'
import { isPath, type PathText } from '../../../stores/changes/path-text'

/** How far a path is looked for in lines that are not loaded. */
const farthest = 5_000
/** More directories than are above any path that an engine makes. */
const deepest = 64

/** Goes to the other end of a rename, opening the directories above it; says where it is not among the lines shown. */
export function useReveal(show: (index: number) => void) {
  const changes = useChanges()
  const missing = shallowRef<string>()

  async function reveal(row: ChangeRow | undefined): Promise<void> {
    const wanted = row?.moved
    if (wanted === undefined) return
    const found = await opened(wanted, 0, deepest)
    missing.value = found === undefined ? wanted.path : undefined
    if (found === undefined) return
    show(found)
    await changes.rows?.show(found, found)
    changes.choose(found)
  }

  /** Where a path stands, once every directory above it is open. */
  async function opened(path: PathText, from: number, most: number): Promise<number | undefined> {
    const { rows } = changes
    const at = await rows?.find(from, 1, (row) => isPath(row, path) || hides(row, path.path), farthest)
    const row = at === undefined ? undefined : rows?.rowAt(at)
    if (at === undefined || row === undefined || isPath(row, path)) return at
    if (most === 0) return undefined
    changes.look(withToggled(changes.view, row))
    return opened(path, at, most - 1)
  }

  // What was said of the lines is not so of others, nor of interest at another one.
  watch(
    [() => changes.view, () => changes.listing, () => changes.progress?.version, () => changes.chosen?.node],
    () => (missing.value = undefined),
  )
  return { reveal, missing }
}

/** Whether a closed directory has the path below it. */
function hides(row: ChangeRow, path: string): boolean {
  return row.expandable && !row.open && path.startsWith(`${row.path}/`)
}
