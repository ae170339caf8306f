import { isFailure } from './failure'

/**
 * Work that nobody waits for and whose failures are told elsewhere, if at all. `tell` hears of what is no failure, which is a bug: a promise
 * that is rejected with nobody there ends the whole process.
 */
export function unwaited(work: Promise<unknown>, tell: (error: unknown) => void): void {
  work.catch((error: unknown) => {
    if (!isFailure(error)) tell(error)
  })
}
