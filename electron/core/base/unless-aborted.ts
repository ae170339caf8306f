import { failed } from './failure'

/** What is used of an `AbortSignal`: this layer has no types of the platform. */
interface Abortable {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options: { once: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/**
 * What becomes of work, waited for until the signal. The work itself goes on, and may fail when nobody waits for it any more.
 * @throws FailureError `cancelled` with the sentence `cancelled`, and whatever the work is rejected with
 */
export function unlessAborted<Value>(
  work: Promise<Value>,
  signal: Abortable,
  cancelled: string,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      reject(failed('cancelled', cancelled))
    }
    if (signal.aborted) cancel()
    else signal.addEventListener('abort', cancel, { once: true })
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', cancel)
    })
  })
}
