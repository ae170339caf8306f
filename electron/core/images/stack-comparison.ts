import type { Layer } from './layer'

/** `upper` stands for a container's own writable layer on top of its image. */
export interface StackLayer extends Layer {
  readonly upper?: boolean
}

/** One line of two stacks side by side; a shared layer stands on both sides. */
export interface StackRow {
  readonly relation: 'shared' | 'left' | 'right'
  readonly left?: StackLayer
  readonly right?: StackLayer
}

export interface StackComparison {
  /** How many layers from the bottom are the same. */
  readonly shared: number
  /** Bottom to top: the shared base, then what only the left has, then what only the right has. */
  readonly rows: readonly StackRow[]
  /** Each absent where the size of a layer is not known; upper layers do not count. */
  readonly sharedBytes?: number
  readonly leftBytes?: number
  readonly rightBytes?: number
}

/**
 * Compares two stacks, bottom to top. Layers are shared as long as both stacks have the same diff ids from
 * the bottom: an equal layer above the first difference sits on another base, so it is not the same content.
 */
export function compareStacks(left: readonly StackLayer[], right: readonly StackLayer[]): StackComparison {
  const shared = sharedBase(left, right)
  const rows: StackRow[] = []
  left.slice(0, shared).forEach((layer, index) => {
    const counterpart = right[index]
    if (counterpart !== undefined) rows.push({ relation: 'shared', left: layer, right: counterpart })
  })
  for (const layer of left.slice(shared)) rows.push({ relation: 'left', left: layer })
  for (const layer of right.slice(shared)) rows.push({ relation: 'right', right: layer })
  const base = left.slice(0, shared).map((layer, index) => ({ ...right[index], ...layer }))
  const bytes = {
    shared: bytesOf(base),
    left: bytesOf(left.slice(shared)),
    right: bytesOf(right.slice(shared)),
  }
  return {
    shared,
    rows,
    ...(bytes.shared === undefined ? {} : { sharedBytes: bytes.shared }),
    ...(bytes.left === undefined ? {} : { leftBytes: bytes.left }),
    ...(bytes.right === undefined ? {} : { rightBytes: bytes.right }),
  }
}

function sharedBase(left: readonly StackLayer[], right: readonly StackLayer[]): number {
  const height = Math.min(left.length, right.length)
  for (let index = 0; index < height; index += 1) {
    const a = left[index]
    const b = right[index]
    if (a === undefined || b === undefined || a.upper === true || b.upper === true || a.diffId !== b.diffId)
      return index
  }
  return height
}

/** Bytes of layers together; nothing where one has no size. A container's own layer is not measured, and in no sum. */
export function bytesOf(layers: readonly StackLayer[]): number | undefined {
  let sum = 0
  for (const { size, upper } of layers) {
    if (upper === true) continue
    if (size === undefined) return undefined
    sum += size
  }
  return sum
}
