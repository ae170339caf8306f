import type { OperationInput, OperationName, OperationOutput } from '../../electron/contract/contract'
import type { Lamina } from '../../electron/operations/application'

/** Does an operation and gives its value. Throws where it fails. */
export async function valueOf<Name extends OperationName>(
  lamina: Lamina,
  operation: Name,
  input: OperationInput<Name>,
): Promise<OperationOutput<Name>> {
  const result = await lamina.call(operation, input)
  if (!result.ok) throw new Error(`${operation} failed: ${result.failure.message}`)
  return result.value as OperationOutput<Name>
}
