/** What is to be drawn at a line; no node where its row is on its way. */
export interface DrawnLine {
  readonly index: number
  readonly node: number | undefined
}

/** Which of the drawn elements holds which line, by the elements' numbers. */
export interface LineSlots {
  /** One for each line, in the order of the lines. */
  readonly slots: readonly number[]
  /** Elements that were ever needed at once. */
  readonly made: number
  readonly byNode: ReadonlyMap<number, number>
  readonly byIndex: ReadonlyMap<number, number>
}

/**
 * Gives each line an element. A row that stays in sight keeps its own wherever it moves, so that what is done to an element, a click
 * under way or a pointer on it, is done to the row that was meant. A row that comes in takes the element of the line it was awaited at, or
 * one whose row went out of sight: to make elements takes several times as long as to change them.
 */
export function lineSlots(before: LineSlots | undefined, lines: readonly DrawnLine[]): LineSlots {
  let made = before?.made ?? 0
  const free = new Set(Array.from({ length: made }, (_, slot) => slot))
  const slots = new Array<number | undefined>(lines.length).fill(undefined)
  const take = (at: number, slot: number | undefined) => {
    if (slots[at] === undefined && slot !== undefined && free.delete(slot)) slots[at] = slot
  }
  for (const [at, { node }] of lines.entries()) if (node !== undefined) take(at, before?.byNode.get(node))
  for (const [at, { index }] of lines.entries()) take(at, before?.byIndex.get(index))
  const rest = free.values()
  const taken = slots.map((slot) => slot ?? rest.next().value ?? made++)
  return {
    slots: taken,
    made,
    byNode: new Map(lines.flatMap(({ node }, at) => (node === undefined ? [] : [[node, taken[at] ?? 0]]))),
    byIndex: new Map(lines.map(({ index }, at) => [index, taken[at] ?? 0])),
  }
}
