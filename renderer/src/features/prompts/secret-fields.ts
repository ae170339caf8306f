import type { Prompt } from '../../../../electron/core/hosts/prompt'

export type SecretPrompt = Exclude<Prompt, { kind: 'host-key' }>

/** A field of a question; without a text the kind of the question says what it is. */
export interface SecretField {
  readonly text?: string
  /** The server lets the screen show what is typed. */
  readonly echo: boolean
}

/** The fields to fill in, in the order of the answer's values. */
export function fieldsOf(prompt: SecretPrompt): readonly SecretField[] {
  return prompt.kind === 'keyboard-interactive' ? prompt.fields : [{ echo: false }]
}

/** Whether the answer before this one was wrong. */
export function isAgain(prompt: SecretPrompt): boolean {
  return prompt.kind !== 'keyboard-interactive' && prompt.attempt > 1
}
