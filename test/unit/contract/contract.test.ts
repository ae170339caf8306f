import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { operations } from '../../../electron/contract/contract'
import { handlers } from '../../../electron/operations/handlers'

describe('the contract', () => {
  const entries = Object.entries(operations)

  it.each(entries)('%s is named noun.verb and says what it does', (name, { summary }) => {
    expect(name).toMatch(/^[a-z]+\.[a-z]+$/)
    expect(summary).toMatch(/\.$/)
  })

  it.each(entries)(
    '%s can be described as JSON Schema and refuses keys it does not know',
    (_name, { input, output }) => {
      expect(z.toJSONSchema(output)).toBeTypeOf('object')
      expect(input.safeParse({ surprise: 1 }).success).toBe(false)
    },
  )

  it('has a handler for every operation and no other', () => {
    expect(Object.keys(handlers).sort()).toEqual(Object.keys(operations).sort())
  })
})
