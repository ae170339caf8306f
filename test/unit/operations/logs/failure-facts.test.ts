import { describe, expect, it } from 'vitest'
import { failed, failureIn, FailureError, type Failure } from '../../../../electron/core/base/failure'
import { failureFacts } from '../../../../electron/operations/logs/failure-facts'

const host = { hostId: 'ssh://t0k3n@build', name: 'ssh-1' }

describe('what the log says of a failure', () => {
  it('is its kind, the first sentence of its message and where it was made', () => {
    const { failure } = failed(
      'host-unreachable',
      'Build port 22 refused t0k3n (ECONNREFUSED). Look at sshd.',
    )
    expect(failureFacts(failure, host)).toEqual({
      kind: 'host-unreachable',
      why: 'ssh-1 port 22 refused ssh-1 (ECONNREFUSED).',
      at: expect.stringMatching(/^\(failure-facts\.test\.ts:\d+:\d+\)/) as string,
    })
  })

  it('takes no letter for the name of a host', () => {
    const short = { hostId: 'ssh://a@b', name: 'ssh-1' }
    const failure: Failure = { kind: 'timed-out', message: 'a and b: about bad, b-a and b' }
    expect(failureFacts(failure, short)).toMatchObject({
      why: 'ssh-1 and ssh-1: about bad, b-a and ssh-1',
    })
  })

  it.each([
    'invalid-input',
    'unknown-host',
    'unsupported-address',
    'reference-invalid',
    'unknown-operation',
  ] as const)('is no word where the message repeats what was typed: %s', (kind) => {
    const { failure } = failed(kind, 'There is no hunter2')
    expect(JSON.stringify(failureFacts(failure))).not.toContain('hunter2')
  })

  it('has no message of a bug, whose own error is told', () => {
    const failure = failureIn(new TypeError('hunter2'), (message) => `It broke: ${message}`)
    expect(failure).toEqual({ kind: 'internal', message: 'It broke: hunter2' })
    expect(failureFacts(failure)).toEqual({ kind: 'internal' })
  })

  it('names the place where a failure was made first, also when it is thrown again', () => {
    function first() {
      return failed('timed-out', 'No answer.')
    }
    const { failure } = first()
    expect(failureFacts(new FailureError(failure).failure)['at']).toMatch(/^first\(/)
  })
})
