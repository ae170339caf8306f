import { expect, test } from 'vitest'
import { isAccepted, keptComplaints } from '../../../../../electron/transport/accepted-end'
import { Complaints } from '../../../../../electron/transport/ssh2/commands/complaints'
import { readyMark } from '../../../../../electron/transport/ssh2/commands/shell-loop'

function heard(...parts: readonly string[]): Complaints {
  const complaints = new Complaints()
  for (const part of parts) complaints.hear(Buffer.from(part))
  return complaints
}

test("a command's complaints are those between its marks, without what the login said as well", () => {
  const said = heard(`noise\nmesg: ttyname failed\n<lami`, `na ready><a>noise\nwrong\nnoise\n<a-end><b>next`)
  expect(said.before).toBe('noise\nmesg: ttyname failed\n')
  expect(said.between('<a>', '<a-end>')).toBe('wrong')
  expect(said.since('<b>')).toBe('next')
  expect(said.between('<b>', '<b-end>')).toBeUndefined()
})

test('before a shell is ready all of it is what the login said', () => {
  expect(heard('no such ', 'account\n').before).toBe('no such account\n')
})

test.each([1, 3, 30, 300])(
  'complaints that are too long to be kept are not taken for whole ones (%i)',
  (times) => {
    const passesOver = /^gone \d+$/
    const lines = Array.from({ length: 20 * times }, (_, number) => `gone ${String(number)}\n`).join('')
    const said = heard(`${readyMark}<a>`, lines, '<a-end>').between('<a>', '<a-end>')
    expect(isAccepted({ passesOver }, 1, said ?? '')).toBe(lines.length < keptComplaints)
  },
)
