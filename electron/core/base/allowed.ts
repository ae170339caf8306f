import { isFailure, isRefusal, type Result } from './failure'

/** An engine's answer, or another value where it, or a proxy before it, forbids to ask for what is not needed. */
export async function allowed<Value, Other>(
  answer: Promise<Value>,
  otherwise: Other,
): Promise<Value | Other> {
  try {
    return await answer
  } catch (error) {
    if (isFailure(error, 'permission-denied')) return otherwise
    throw error
  }
}

/** An engine's answer to what is not needed, or why it gave none that can be read; a lost engine is lost for all. */
export async function answered<Value>(answer: Promise<Value>): Promise<Result<Value>> {
  try {
    return { ok: true, value: await answer }
  } catch (error) {
    if (isFailure(error) && (isRefusal(error.failure) || error.failure.kind === 'engine-answer-invalid'))
      return { ok: false, failure: error.failure }
    throw error
  }
}
