import { useChanges, type ChangeRow } from '../../../stores/changes/changes'
import { withToggled } from '../../../stores/changes/change-view'
import { treeAction, type TreeAction } from './tree-keys'
import { createTypeAhead } from './type-ahead'

/** How far a jump looks through lines that are not loaded. */
const farthestJump = 5_000

/** What keys do that the tree itself does not know of. */
export interface TreeDeeds {
  /** Scrolls a line into view. */
  show(index: number): void
  /** Goes to the other end of the chosen line's rename. */
  reveal(): void
  undo(): void
  openMenu(): void
}

/** Lets keys move in the tree, and act on its chosen line. */
export function useTreeKeyboard(deeds: TreeDeeds, linesOnScreen: () => number) {
  const changes = useChanges()
  const typeAhead = createTypeAhead()

  function moveTo(index: number): void {
    deeds.show(index)
    changes.choose(index)
    void changes.rows?.show(index, index).then(() => {
      if (changes.cursor === index) changes.choose(index)
    })
  }

  async function moveToParent(row: ChangeRow): Promise<void> {
    const found = await changes.rows?.find(
      changes.cursor - 1,
      -1,
      (other) => other.depth < row.depth,
      farthestJump,
    )
    if (found !== undefined) moveTo(found)
  }

  async function moveToName(beginning: string): Promise<void> {
    const from = beginning.length === 1 ? changes.cursor + 1 : changes.cursor
    const fits = (row: ChangeRow) => (row.folded[0] ?? row.name).toLowerCase().startsWith(beginning)
    const found =
      (await changes.rows?.find(from, 1, fits, farthestJump)) ??
      (await changes.rows?.find(0, 1, fits, farthestJump))
    if (found !== undefined) moveTo(found)
  }

  function toggle(row: ChangeRow): void {
    changes.look(withToggled(changes.view, row))
  }

  function actOn(row: ChangeRow, kind: Exclude<TreeAction['kind'], 'move' | 'type'>): void {
    switch (kind) {
      case 'toggle':
        toggle(row)
        break
      case 'to-parent':
        void moveToParent(row)
        break
      case 'reveal':
      case 'undo':
        deeds[kind]()
        break
      case 'menu':
        deeds.openMenu()
        break
    }
  }

  function press(event: KeyboardEvent): void {
    const row = changes.rows?.rowAt(changes.cursor)
    const total = changes.rows?.total ?? 0
    const action = treeAction(event, { index: changes.cursor, total, row, page: linesOnScreen() })
    if (action === undefined) return
    event.preventDefault()
    event.stopPropagation()
    if (action.kind === 'move') moveTo(action.to)
    else if (action.kind === 'type') void moveToName(typeAhead(action.letter, event.timeStamp))
    else if (row !== undefined) actOn(row, action.kind)
  }

  return { press, toggle }
}
