import { isFailure } from '../core/failure'

/**
 * Work that nobody waits for and whose failures are told elsewhere, if at all. What is no failure is a bug: it goes to the log, for a promise
 * that is rejected with nobody there ends the whole process.
 */
export function unwaited(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (!isFailure(error)) console.error(error)
  })
}
