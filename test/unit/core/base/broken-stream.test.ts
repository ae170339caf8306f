import { expect, it } from 'vitest'
import { brokenStream, whyBroken } from '../../../../electron/core/base/broken-stream'
import { failed } from '../../../../electron/core/base/failure'

const coded = (code: string) => Object.assign(new Error('as Node says it'), { code })

it.each([
  ['ECONNRESET', 'the other side closed it (ECONNRESET)'],
  ['EPIPE', 'the other side closed it (EPIPE)'],
  ['ERR_STREAM_WRITE_AFTER_END', 'the other side closed it (ERR_STREAM_WRITE_AFTER_END)'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'the other side closed it (ERR_STREAM_PREMATURE_CLOSE)'],
  ['ERR_STREAM_DESTROYED', 'the other side closed it (ERR_STREAM_DESTROYED)'],
  ['ENOENT', 'it is not there (ENOENT)'],
  ['EMFILE', 'this process has too many files and connections open (EMFILE)'],
])('%s is told in words', (code, words) => {
  expect(whyBroken(coded(code))).toBe(words)
})

it('what has no words of ours keeps its own', () => {
  expect(whyBroken(coded('E2BIG'))).toBe('as Node says it')
  expect(whyBroken('only text')).toBe('only text')
})

it('a break becomes a failure that says what happened, why, and what to do', () => {
  expect(brokenStream(coded('EPIPE'), 'engine-unreachable', 'The line broke', 'Mend it.').failure).toEqual({
    kind: 'engine-unreachable',
    message: 'The line broke: the other side closed it (EPIPE).',
    remedy: 'Mend it.',
  })
})

it('what is a failure already stays what it is', () => {
  const lost = failed('connection-lost', 'The host is gone.')
  expect(brokenStream(lost, 'command-failed', 'A command was cut off')).toBe(lost)
})
