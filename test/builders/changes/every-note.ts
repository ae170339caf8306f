import type { ChangeNote } from '../../../electron/core/changes/change'

/** Puts all notes of a second look into `into`, and gives what it left out. */
export async function everyNote(
  notes: AsyncGenerator<readonly ChangeNote[], readonly string[]>,
  into: ChangeNote[],
): Promise<readonly string[]> {
  for (;;) {
    const step = await notes.next()
    if (step.done === true) return step.value
    into.push(...step.value)
  }
}
