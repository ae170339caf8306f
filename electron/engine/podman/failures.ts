import { failed, isFailure } from '../../core/base/failure'

/**
 * Podman answers with status 500 where Docker says what it means (measured with 4.3 and 5.4): of a state that forbids it (`ErrCtrStateInvalid`)
 * and of a container whose changes are asked for and that is not there.
 */
export async function meantBy<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    if (!isFailure(error, 'engine-failed')) throw error
    const { message } = error.failure
    if (/container state improper/.test(message)) throw failed('conflict', message)
    if (/layer not known|no such container/.test(message)) throw failed('not-found', message)
    throw error
  }
}
