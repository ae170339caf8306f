import { vi } from 'vitest'
import type { OperationInput, OperationName, OperationOutput } from '../../../electron/contract/contract'
import type { EventName, EventPayload } from '../../../electron/contract/events'
import type { Failure, Result } from '../../../electron/core/base/failure'

type Answers = {
  [Name in OperationName]?: (
    input: OperationInput<Name>,
  ) => Result<OperationOutput<Name>> | Promise<Result<OperationOutput<Name>>>
}

/** The main process as the window's stores see it, with answers that a test decides. */
export interface FakeBridge {
  /** What was asked, in order. */
  readonly calls: readonly { readonly operation: string; readonly input: unknown }[]
  /** Ids of the calls that were cancelled. */
  readonly cancelled: readonly string[]
  emit<Name extends EventName>(name: Name, payload: EventPayload<Name>): void
}

/** Puts a bridge on a window of its own; `vi.unstubAllGlobals()` takes it away. What has no answer fails as a bug does. */
export function fakeBridge(answers: Answers): FakeBridge {
  const calls: { operation: string; input: unknown }[] = []
  const cancelled: string[] = []
  const listeners = new Set<(event: unknown) => void>()
  const kept = new Map<string, string>()
  vi.stubGlobal('window', {
    lamina: {
      async call(_id: string, operation: string, input: unknown) {
        calls.push({ operation, input })
        const answer = answers[operation as OperationName] as ((input: unknown) => unknown) | undefined
        return (await answer?.(input)) ?? failing('internal', `${operation} has no answer`)
      },
      cancel: (id: string) => cancelled.push(id),
      onEvent(listener: (event: unknown) => void) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  })
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
  })
  return {
    calls,
    cancelled,
    emit(name, payload) {
      for (const listener of listeners) listener({ name, payload })
    },
  }
}

export function giving<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

export function failing(
  kind: Failure['kind'],
  message: string,
): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: { kind, message } }
}
