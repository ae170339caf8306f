import { expect, test } from 'vitest'
import { isAccepted, keptComplaints, withoutNoise } from '../../../electron/transport/accepted-end'

const passesOver = /^find: '.*': No such file or directory$/
const gone = "find: './busy/d': No such file or directory"

test.each([
  ['a good end', 0, '', true],
  ['an end with a status that is accepted', 123, 'whatever', true],
  ['one without a status', undefined, gone, false],
  ['one with other complaints alone', 1, "find: './a': Permission denied", false],
  ['one with complaints that are passed over', 1, `${gone}\n${gone}\n`, true],
  ['one with another complaint among them', 1, `${gone}\nfind: './a': Permission denied\n${gone}`, false],
  [
    'one that stopped early',
    1,
    "find: failed to read file names at or below '.': No such file or directory",
    false,
  ],
  ['one with another status', 2, gone, false],
  ['one without a word', 1, '', false],
  ['one whose first complaints were cut off', 1, `${gone}\n`.repeat(99).slice(-keptComplaints), false],
])('%s', (_, status, complaints, expected) => {
  expect(isAccepted({ accepts: [123], passesOver }, status, complaints)).toBe(expected)
})

test('complaints count where nothing is said about them', () => {
  expect(isAccepted({}, 1, gone)).toBe(false)
})

test('what stood there before is no complaint of a command', () => {
  const linker = "ERROR: ld.so: object '/x.so' from LD_PRELOAD cannot be preloaded: ignored."
  expect(withoutNoise(`${linker}\n${gone}\n${linker}\n`, `Welcome\n${linker}\n`)).toBe(`${gone}\n`)
  expect(withoutNoise(`${gone}\n`, '')).toBe(`${gone}\n`)
  expect(withoutNoise(`not ${linker}`, linker)).toBe(`not ${linker}`)
})

test('complaints that were cut off are not made whole by leaving out noise', () => {
  const cut = 'noise\n'.repeat(1000).slice(-keptComplaints)
  expect(isAccepted({ passesOver }, 1, withoutNoise(`${cut}`, 'noise'))).toBe(false)
})
