import { isFailure } from './failure'

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
