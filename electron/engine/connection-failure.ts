import { brokenStream, codeOf } from '../core/base/broken-stream'
import { failed, type FailureError } from '../core/base/failure'

const slowEngine = 'The engine may be stopped or overloaded; look at its log, or restart it.'
const noEngine =
  'Look at what listens at the socket: a program between Lamina and the engine may be set up wrongly, or the socket may be of another program.'

/** Turns whatever broke a request or its answer into a failure. */
export function connectionFailure(error: unknown, signal: AbortSignal): FailureError {
  if (signal.aborted) {
    if (isTimeout(signal.reason))
      return failed('timed-out', 'The engine took too long over a request.', slowEngine)
    return failed('cancelled', 'The request to the engine was cancelled.')
  }
  if (error instanceof Error && codeOf(error).startsWith('HPE_')) return noHttp(error.message)
  return brokenStream(
    error,
    'engine-unreachable',
    'The connection to the engine broke',
    'Look whether the engine is running; the list comes back by itself when it is.',
  )
}

/** What `AbortSignal.timeout` gives as its reason. */
function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError'
}

export function noHttp(because: string): FailureError {
  return failed(
    'engine-answer-invalid',
    `What answers at the socket does not speak HTTP: ${because}`,
    noEngine,
  )
}

/** An answer that is not as the API describes it; `because` is a sentence. */
export function unbelievable(because: string): FailureError {
  return failed('engine-answer-invalid', because, noEngine)
}
