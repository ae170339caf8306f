import { isFailure } from '../../core/base/failure'

/** What is only wanted to say more must not end what it is wanted for: nothing where it failed, unless nobody wants it any more. */
export async function unlessFailed<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work
  } catch (error) {
    if (!isFailure(error) || error.failure.kind === 'cancelled') throw error
    return undefined
  }
}
