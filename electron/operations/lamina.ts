import { isOperationName, operations, type OperationName } from '../contract/contract'
import type { LaminaEvent } from '../contract/events'
import { FailureError, type Failure, type Result } from '../core/failure'
import { localHost, localHostId } from '../session/local-host'
import { Journal } from '../storage/journal'
import { SettingsFile } from '../storage/settings'
import type { Context } from './context'
import type { Handler } from './handler'
import { handlers } from './handlers'
import { hostWatches } from './host-watches'
import { Listings } from './listings'

/** The whole application without a window: what the window, the command line and the tests talk to. */
export interface Lamina {
  /** Checks the input, does the operation, and gives its value or a failure; never throws. */
  call(operation: string, input: unknown, options?: { signal?: AbortSignal }): Promise<Result<unknown>>
  /** Tells every event until the returned function is called. */
  on(listener: (event: LaminaEvent) => void): () => void
  /** Names of operations under way that should not be cut off. */
  busy(): readonly OperationName[]
  /** Ends listings, watches and connections. */
  close(): Promise<void>
}

/** `dataDir` is where settings and the journal are kept; `env` names the local engine (`DOCKER_HOST`). */
export function createLamina({ dataDir, env }: { dataDir: string; env: NodeJS.ProcessEnv }): Lamina {
  const listeners = new Set<(event: LaminaEvent) => void>()
  const emit = (event: LaminaEvent) => {
    for (const listener of listeners) listener(event)
  }
  const watches = hostWatches(emit)
  const context: Context = {
    sessions: new Map([[localHostId, localHost(env)]]),
    settings: new SettingsFile(dataDir),
    journal: new Journal(dataDir),
    listings: new Listings(),
    activeSnapshots: new Set(),
    emit,
    watch: watches.watch,
  }
  return {
    call: (operation, input, options = {}) =>
      answer(context, operation, input, options.signal ?? new AbortController().signal),
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    busy: () => (context.activeSnapshots.size > 0 ? ['snapshots.commit'] : []),
    async close() {
      context.listings.closeAll()
      await watches.close()
      await Promise.all([...context.sessions.values()].map((session) => session.close()))
    },
  }
}

async function answer(
  context: Context,
  name: string,
  input: unknown,
  signal: AbortSignal,
): Promise<Result<unknown>> {
  if (!isOperationName(name)) {
    const message = `There is no operation "${name}".`
    return { ok: false, failure: { kind: 'unknown-operation', message, remedy: 'See: lamina operations' } }
  }
  const parsed = operations[name].input.safeParse(input)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const place = issue === undefined || issue.path.length === 0 ? 'input' : issue.path.join('.')
    return {
      ok: false,
      failure: { kind: 'invalid-input', message: `${name}: ${place}: ${issue?.message ?? 'invalid'}` },
    }
  }
  try {
    // The table pairs each name with the handler of its own input; TypeScript cannot follow a name chosen at run time.
    const handler = handlers[name] as Handler<OperationName>
    return { ok: true, value: await handler(context, parsed.data, signal) }
  } catch (error) {
    return { ok: false, failure: failureOf(name, error, signal) }
  }
}

function failureOf(name: string, error: unknown, signal: AbortSignal): Failure {
  if (error instanceof FailureError) return error.failure
  if (signal.aborted) return { kind: 'cancelled', message: `${name} was cancelled.` }
  // A bug: the person is told that much, the log gets the place.
  console.error(error)
  const message = error instanceof Error ? error.message : String(error)
  return { kind: 'internal', message: `${name} failed in a way that was not expected: ${message}` }
}
