import type { OperationInput, OperationName, OperationOutput } from '../../contract/contract'
import type { Context } from './context'

/** Does one operation: its input is checked already, and failures are thrown as FailureError. */
export type Handler<Name extends OperationName> = (
  context: Context,
  input: OperationInput<Name>,
  signal: AbortSignal,
) => Promise<OperationOutput<Name>>

export type Handlers = { readonly [Name in OperationName]: Handler<Name> }
