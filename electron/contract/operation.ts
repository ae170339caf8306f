import type { z } from 'zod'

/** One operation: what it takes, what it gives, and a sentence for people who read `lamina operations`. */
export interface OperationDefinition<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  readonly summary: string
  readonly input: Input
  readonly output: Output
}

/** Keeps the schemas' exact types; nothing else. */
export function operation<Input extends z.ZodType, Output extends z.ZodType>(
  definition: OperationDefinition<Input, Output>,
): OperationDefinition<Input, Output> {
  return definition
}
