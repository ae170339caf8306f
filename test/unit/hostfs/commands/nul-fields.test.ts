import { describe, expect, it } from 'vitest'
import { nulFields } from '../../../../electron/hostfs/commands/nul-fields'

async function fieldsOf(parts: readonly string[], size: number): Promise<string[]> {
  async function* output() {
    for (const part of parts) yield await Promise.resolve(Buffer.from(part, 'latin1'))
  }
  const all: string[] = []
  for await (const fields of nulFields(output(), size, { name: 'a test' })) {
    expect(fields.length % size).toBe(0)
    all.push(...fields)
  }
  return all
}

describe('NUL-terminated fields', () => {
  it('come out the same however the output is cut', async () => {
    const text = '1 2\0/a b\0\0' + '3\0/caf\xe9\n\0target\0'
    for (let cut = 0; cut <= text.length; cut += 1) {
      for (let second = cut; second <= text.length; second += 3) {
        const parts = [text.slice(0, cut), text.slice(cut, second), text.slice(second)]
        expect(await fieldsOf(parts, 3)).toEqual(['1 2', '/a b', '', '3', '/caf\xe9\n', 'target'])
      }
    }
  })

  it('are none where nothing was said', async () => {
    expect(await fieldsOf([], 3)).toEqual([])
  })

  it.each([
    ['in the middle of a field', ['1\0/a\0']],
    ['in the middle of a group', ['1\0']],
    ['in the middle of a name', ['1\0/a\0\0' + '2\0/b']],
  ])('are refused when they end %s', async (_where, parts) => {
    await expect(fieldsOf(parts, 3)).rejects.toMatchObject({ failure: { kind: 'command-failed' } })
  })

  it('are refused when one has no end', async () => {
    await expect(fieldsOf(['x'.repeat(70_000), '\0'], 1)).rejects.toMatchObject({
      failure: { kind: 'command-failed' },
    })
  })
})
