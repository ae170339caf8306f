import { createBirpc, type BirpcReturn } from 'birpc'
import type { OperationName } from '../../contract/contract'
import type { LaminaEvent } from '../../contract/events'
import { FailureError, type Result } from '../../core/base/failure'
import type { ChosenFile } from '../../operations/context/context'
import type { StorageNotice } from '../../storage/files/storage-notices'
import type { StarterNews, StarterOrder } from '../../transport/local/command-starter'

/** What the thread is given when it begins. */
export interface ThreadStart {
  readonly dataDir: string
}

/** What the thread does for the process's main thread. */
export interface ThreadFunctions {
  /** `id` is what `cancel` names the call by. */
  call(id: number, operation: string, input: unknown): Promise<Result<unknown>>
  cancel(id: number): void
  busy(): Promise<readonly OperationName[]>
  close(): Promise<void>
  /** What the main thread found out about a file of Lamina's own. */
  notice(notice: StorageNotice): void
  /** What the process that starts commands tells, or that it has ended. */
  hearStarter(news: StarterNews | 'gone'): void
}

/** What the main thread does for it: whatever Electron alone can. */
export interface MainFunctions {
  tell(event: LaminaEvent): void
  chooseFile(suggestedName: string): Promise<ChosenFile | undefined>
  /** Shows the log in its folder. */
  showLog(): Promise<void>
  orderStarter(order: StarterOrder): void
  areSecretsSafe(): Promise<boolean>
  secret(id: string): Promise<Result<string | undefined>>
  setSecret(id: string, value: string): Promise<Result<void>>
  removeSecrets(prefix: string): Promise<Result<void>>
}

/** Where one side posts to the other and hears it: a Worker, or the port that its thread has to its parent. */
interface ThreadPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
}

/** The other side's functions, for one's own; those of `eventNames` are not answered. */
export function exchange<Others extends object, Own extends object>(
  port: ThreadPort,
  own: Own,
  eventNames: (keyof Others)[],
): BirpcReturn<Others, Own> {
  return createBirpc<Others, Own>(own, {
    post: (message) => {
      port.postMessage(message)
    },
    on: (listener) => {
      port.on('message', listener)
    },
    eventNames,
    // A snapshot may take as long as it needs.
    timeout: -1,
  })
}

/** A failure as a value: an error loses between threads what makes it one. */
export async function resultOf<Value>(work: Promise<Value>): Promise<Result<Value>> {
  try {
    return { ok: true, value: await work }
  } catch (error) {
    if (error instanceof FailureError) return { ok: false, failure: error.failure }
    throw error
  }
}

/** @throws FailureError where the result is one */
export function valueOf<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}
