import { expect, it } from 'vitest'
import { failed } from '../../../electron/core/base/failure'
import {
  brokenCommand,
  cancelledCommand,
  commandFailure,
  endFailure,
} from '../../../electron/transport/command-failure'

const listing = { name: 'listing the upper directory' }

it.each([
  [4, 'find: no room', 'ended with status 4. find: no room.', /mended/],
  [4, '', 'ended with status 4.', undefined],
  [
    126,
    'sh: find: Permission denied',
    'ended with status 126. sh: find: Permission denied.',
    /Let the account/,
  ],
  [127, 'sh: find: not found', 'ended with status 127. sh: find: not found.', /Install/],
  [undefined, '', 'was killed.', /memory/],
  [137, 'Killed\n', 'was killed.', /memory/],
  [137, 'find: gone\nKilled', 'was killed. find: gone.', /memory/],
])('a command that ended with %s and said %j says which it was', (status, said, expected, remedy) => {
  const { failure } = endFailure(listing, status, said)
  expect(failure.kind).toBe('command-failed')
  expect(failure.message).toBe(`Listing the upper directory failed: the command ${expected}`)
  if (remedy === undefined) expect(failure.remedy).toBeUndefined()
  else expect(failure.remedy).toMatch(remedy)
})

it('what a command complained of is a line of harmless text, and its end where it is long', () => {
  const hostile = 'one: \u001b[31m\u202e\n\n two\n'
  expect(endFailure(listing, 1, hostile).message).toContain('status 1. one: \\u001b[31m\\u202e two.')
  const long = Array.from({ length: 200 }, (_, at) => `find: '${String(at)}': gone`).join('\n')
  const { message } = endFailure(listing, 1, long)
  expect(message).toMatch(/status 1\. ….*find: '199': gone\.$/)
  expect(message.length).toBeLessThan(700)
})

it('what broke its streams is a failure of it, and a failure stays what it is', () => {
  const broken = brokenCommand(
    listing,
    Object.assign(new Error('x'), { code: 'EPIPE' }),
    'the command was cut off',
  )
  expect(broken.failure).toMatchObject({
    kind: 'command-failed',
    message: 'Listing the upper directory failed: the command was cut off: the other side closed it (EPIPE).',
  })
  const lost = failed('connection-lost', 'The cable was pulled.')
  expect(brokenCommand(listing, lost, 'the command was cut off')).toBe(lost)
})

it('one that was given up says which', () => {
  expect(cancelledCommand(listing).failure).toEqual({
    kind: 'cancelled',
    message: 'Listing the upper directory was cancelled.',
  })
})

it('a remedy of its own goes before the usual one', () => {
  expect(commandFailure(listing, 'it said nothing', 'no', 'Do that.').failure.remedy).toBe('Do that.')
})
