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
  readonly sharedBytes: number
  readonly leftBytes: number
  readonly rightBytes: number
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
  return {
    shared,
    rows,
    sharedBytes: bytesOf(left.slice(0, shared)),
    leftBytes: bytesOf(left.slice(shared)),
    rightBytes: bytesOf(right.slice(shared)),
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

function bytesOf(layers: readonly StackLayer[]): number {
  return layers.reduce((sum, layer) => sum + (layer.size ?? 0), 0)
}
