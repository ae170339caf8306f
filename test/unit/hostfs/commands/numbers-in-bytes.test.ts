import { expect, it } from 'vitest'
import { fromOctal, numbersIn } from '../../../../electron/hostfs/commands/numbers-in-bytes'

it.each([
  ['755 0 1000 4096', [755, 0, 1000, 4096]],
  ['2 1795477135.6461747180', [2, 1795477135, 6461747180]],
  ['-1.5 64769:12', [-1, 5, 64769, 12]],
  ['0', [0]],
  ['', []],
])('reads %j as %j', (text, numbers) => {
  expect(numbersIn(Buffer.from(`x${text}y`), 1, 1 + text.length)).toEqual(numbers)
})

it('takes digits for octal', () => {
  expect([0, 644, 4755, 7777].map(fromOctal)).toEqual([0, 0o644, 0o4755, 0o7777])
})
