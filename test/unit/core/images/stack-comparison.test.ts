import { describe, expect, it } from 'vitest'
import { compareStacks, type StackLayer } from '../../../../electron/core/images/stack-comparison'

function stack(...names: string[]): StackLayer[] {
  return names.map((name) => ({
    diffId: name,
    size: 10,
    createdBy: '',
    comment: '',
    author: '',
    createdAt: '',
  }))
}

describe('two stacks', () => {
  it('share the layers they have in common from the bottom', () => {
    const comparison = compareStacks(stack('a', 'b'), stack('a', 'b', 'c'))
    expect(comparison).toMatchObject({ shared: 2, sharedBytes: 20, leftBytes: 0, rightBytes: 10 })
    expect(comparison.rows.map((row) => row.relation)).toEqual(['shared', 'shared', 'right'])
  })

  it('do not share an equal layer above a different one', () => {
    const { shared, rows } = compareStacks(stack('a', 'x', 'c'), stack('a', 'y', 'c'))
    expect(shared).toBe(1)
    expect(rows.map((row) => row.relation)).toEqual(['shared', 'left', 'left', 'right', 'right'])
  })

  it('share nothing when the lowest layers differ', () => {
    expect(compareStacks(stack('a'), stack('b')).shared).toBe(0)
  })

  it('of one image share everything', () => {
    expect(compareStacks(stack('a', 'b'), stack('a', 'b'))).toMatchObject({
      shared: 2,
      leftBytes: 0,
      rightBytes: 0,
    })
  })

  it('may be empty', () => {
    expect(compareStacks([], stack('a'))).toMatchObject({ shared: 0, rows: [{ relation: 'right' }] })
  })

  it("never share a container's own layer", () => {
    const upper: StackLayer = {
      diffId: '',
      createdBy: '',
      comment: '',
      author: '',
      createdAt: '',
      upper: true,
    }
    expect(compareStacks([...stack('a'), upper], [...stack('a'), upper]).shared).toBe(1)
  })
})

describe('layers whose size is not known', () => {
  const [a, b, c] = stack('a', 'b', 'c') as [StackLayer, StackLayer, StackLayer]
  const { size: _size, ...unsized } = b

  it('leave no sum, and change nothing else', () => {
    const comparison = compareStacks([a, unsized], [a, c])
    expect(comparison).toMatchObject({ shared: 1, sharedBytes: 10, rightBytes: 10 })
    expect(comparison).not.toHaveProperty('leftBytes')
  })

  it('have the size that the other stack tells of them', () => {
    expect(compareStacks([a, unsized], [a, b, c])).toMatchObject({ shared: 2, sharedBytes: 20, leftBytes: 0 })
  })
})
