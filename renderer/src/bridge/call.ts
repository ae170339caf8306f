import type { Failure, Result } from '../../../electron/core/base/failure'
import type { OperationInput, OperationName, OperationOutput } from '../../../electron/contract/contract'
import './lamina-bridge'

// Ids must differ from those of the page before a reload, whose calls may still run.
const page = crypto.getRandomValues(new Uint32Array(1)).join('')
let calls = 0

/** Asks the main process. Never rejects: what goes wrong is a failure value, a bug there is one of kind `internal`. */
export async function call<Name extends OperationName>(
  operation: Name,
  input: OperationInput<Name>,
  signal?: AbortSignal,
): Promise<Result<OperationOutput<Name>>> {
  if (signal?.aborted === true) return failure('cancelled', `${operation} was cancelled`)
  calls += 1
  const id = `${page}-${String(calls)}`
  const cancel = () => {
    window.lamina.cancel(id)
  }
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    // The dispatcher has checked the answer against the contract's schema.
    return (await window.lamina.call(id, operation, input)) as Result<OperationOutput<Name>>
  } catch (error) {
    return failure('internal', error instanceof Error ? error.message : String(error))
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}

function failure(kind: Failure['kind'], message: string): { ok: false; failure: Failure } {
  return { ok: false, failure: { kind, message } }
}
