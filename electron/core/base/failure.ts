/** What can go wrong in a way that is expected, named once for the whole application. */
export const failureKinds = [
  'invalid-input',
  'unknown-operation',
  'unknown-host',
  'unsupported-address',
  'host-unreachable',
  'host-key-changed',
  'host-key-revoked',
  'host-key-refused',
  'authentication-failed',
  'prompt-required',
  'connection-lost',
  'server-misbehaved',
  'engine-unreachable',
  'engine-unsupported',
  'engine-answer-invalid',
  'engine-failed',
  'permission-denied',
  'not-found',
  'ambiguous',
  'conflict',
  'reference-invalid',
  'reference-in-use',
  'lens-unavailable',
  'listing-closed',
  'command-failed',
  'outcome-unknown',
  'base-incomplete',
  'snapshot-unverified',
  'storage-failed',
  'too-large',
  'cancelled',
  'timed-out',
  'internal',
] as const

export type FailureKind = (typeof failureKinds)[number]

/** `message` says what happened and why; `remedy`, where there is one, what a person can do about it. */
export interface Failure {
  readonly kind: FailureKind
  readonly message: string
  readonly remedy?: string
}

const needPerson: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'authentication-failed',
  'prompt-required',
  'host-key-changed',
  'host-key-revoked',
  'host-key-refused',
  // It would do so again.
  'server-misbehaved',
  // What was written down wrongly stays so: an address, ssh_config, DOCKER_HOST, the version of an engine.
  'invalid-input',
  'unknown-host',
  'unsupported-address',
  'engine-unsupported',
])

/** Whether a host stays lost until a person does something: trying again leads to the same answer, and to being locked out. */
export function needsPerson({ kind }: Failure): boolean {
  return needPerson.has(kind)
}

const refusals: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'conflict',
  'not-found',
  'engine-failed',
  'permission-denied',
])

/** Whether an engine said no; after any other failure of a request its answer was lost. */
export function isRefusal({ kind }: Failure): boolean {
  return refusals.has(kind)
}

/** What happened and what to do about it as one text, for where there is room for one. */
export function wholeText({ message, remedy = '' }: Failure): string {
  return `${message} ${remedy}`.trim()
}

export type Result<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Failure }

/**
 * Carries a `Failure` up to the place that answers the caller (the dispatcher), where it becomes a value
 * again. Anything else that is thrown is a bug.
 */
export class FailureError extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.message)
    this.name = 'FailureError'
    this.failure = failure
    if (!origins.has(failure)) origins.set(failure, this)
  }
}

const origins = new WeakMap<object, unknown>()

/**
 * What was thrown where a failure began: its `FailureError`, or a bug's own error. Its stack tells the place. Nothing for a failure that comes
 * from another thread or was never thrown.
 */
export function originOf(failure: object): unknown {
  return origins.get(failure)
}

/** The failure in something thrown. Whatever else was thrown is a bug: `internal`, with the words that `words` makes of its message. */
export function failureIn(error: unknown, words = (message: string) => message): Failure {
  if (error instanceof FailureError) return error.failure
  const failure: Failure = {
    kind: 'internal',
    message: words(error instanceof Error ? error.message : String(error)),
  }
  origins.set(failure, error)
  return failure
}

/** Makes the error to throw for an expected failure. */
export function failed(kind: FailureKind, message: string, remedy?: string): FailureError {
  return new FailureError(remedy === undefined ? { kind, message } : { kind, message, remedy })
}

/** Whether an unknown thrown value is an expected failure, of that kind if one is given. */
export function isFailure(error: unknown, kind?: FailureKind): error is FailureError {
  return error instanceof FailureError && (kind === undefined || error.failure.kind === kind)
}
