import { z } from 'zod'
import { keyProblems } from '../core/hosts/key-problem'
import { operation } from './operation'
import { hostId } from './values'

const text = z.string()

/** Keys that were left aside, and why (`core/hosts/key-problem.ts`). */
const keysLeftAside = z.array(z.object({ key: text, problem: z.enum(keyProblems) })).optional()

/** A question to a person, as `core/hosts/prompt.ts` describes it. Texts of a server have lost what could harm a screen. */
const prompt = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('host-key'),
    host: text,
    keyType: text,
    fingerprint: text,
    file: text.optional(),
    knownAs: z
      .object({
        total: z.number(),
        first: z.array(z.object({ names: text.optional(), file: text, line: z.number() })),
      })
      .optional(),
    hasAuthority: z.literal(true).optional(),
    unread: z.array(text).optional(),
  }),
  z.object({ kind: z.literal('passphrase'), keyFile: text, attempt: z.number() }),
  z.object({ kind: z.literal('password'), user: text, host: text, attempt: z.number(), keysLeftAside }),
  z.object({
    kind: z.literal('keyboard-interactive'),
    user: text,
    host: text,
    name: text,
    instructions: text,
    fields: z.array(z.object({ text, echo: z.boolean() })),
    keysLeftAside,
  }),
])

export const pendingPrompt = z.object({
  promptId: z.string(),
  hostId,
  prompt,
  /** Whether an answer can be remembered safely on this system. */
  canRemember: z.boolean(),
})

export const promptOperations = {
  'prompts.list': operation({
    summary: 'Questions that wait for an answer, the oldest first.',
    input: z.strictObject({}),
    output: z.array(pendingPrompt),
  }),
  'prompts.answer': operation({
    summary: 'Answers a question; without values the person declines.',
    input: z.strictObject({
      promptId: z.string().min(1).max(100),
      values: z.array(z.string().max(10_000)).max(32).optional(),
      remember: z.boolean().optional(),
    }),
    output: z.object({ promptId: z.string() }),
  }),
}
