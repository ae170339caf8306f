import type { EventPayload } from '../contract/events'
import { type KeyLeftAside, leftAsideRemedy, leftAsideSentence } from '../core/hosts/key-problem'
import type { Lamina } from '../operations/application'
import { hostKeyQuestion } from './host-key-question'
import type { Terminal } from './terminal'

type Asked = EventPayload<'prompt.asked'>

/** Puts what hosts ask to the person at the terminal, which is opened with the first question. Gives the function that ends it. */
export function answerAtTerminal(lamina: Lamina, terminal: () => Terminal): () => void {
  const open = new Map<string, AbortController>()
  const answer = async ({ promptId, prompt }: Asked, signal: AbortSignal) => {
    const values = await valuesFor(prompt, terminal(), signal)
    if (signal.aborted) return
    await lamina.call('prompts.answer', { promptId, ...(values === undefined ? {} : { values }) })
  }
  const stop = lamina.on((event) => {
    if (event.name === 'prompt.closed') {
      open.get(event.payload.promptId)?.abort()
      open.delete(event.payload.promptId)
    }
    if (event.name !== 'prompt.asked') return
    const closed = new AbortController()
    open.set(event.payload.promptId, closed)
    void answer(event.payload, closed.signal)
  })
  return () => {
    stop()
    for (const closed of open.values()) closed.abort()
  }
}

/** What the person answers; nothing where they decline. */
async function valuesFor(
  prompt: Asked['prompt'],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  switch (prompt.kind) {
    case 'host-key':
      return await acceptedKey(prompt, terminal, signal)
    case 'passphrase': {
      const text = `${again(prompt.attempt)}Passphrase for the key ${prompt.keyFile}: `
      return await all([{ text, echo: false }], terminal, signal)
    }
    case 'password': {
      if (prompt.attempt === 1) sayLeftAside(prompt, terminal)
      const text = `${again(prompt.attempt)}Password of ${prompt.user} on ${prompt.host}: `
      return await all([{ text, echo: false }], terminal, signal)
    }
    case 'keyboard-interactive': {
      const { name, instructions, user, host } = prompt
      sayLeftAside(prompt, terminal)
      terminal.say([`${host} asks ${user}:`, name, instructions, ''].filter(isLine).join('\n'))
      const fields = prompt.fields.map(({ text, echo }) => ({ text: `${text} `, echo }))
      return await all(fields, terminal, signal)
    }
  }
}

/** ssh says of these, too, why it goes on to ask. */
function sayLeftAside(
  { keysLeftAside = [] }: { readonly keysLeftAside?: readonly KeyLeftAside[] | undefined },
  terminal: Terminal,
): void {
  for (const key of keysLeftAside) terminal.say(`${leftAsideSentence(key)} ${leftAsideRemedy(key)}\n`)
}

/** The last one ends the text with a line feed. */
function isLine(line: string, index: number, lines: readonly string[]): boolean {
  return line !== '' || index === lines.length - 1
}

function again(attempt: number): string {
  return attempt > 1 ? 'That was not right. ' : ''
}

/** Like ssh, takes nothing but a whole `yes`. */
async function acceptedKey(
  prompt: Extract<Asked['prompt'], { kind: 'host-key' }>,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  terminal.say(`${hostKeyQuestion(prompt)}\n`)
  for (;;) {
    const line = await terminal.ask('Connect to it? (yes/no) ', { echo: true }, signal)
    const word = line?.trim().toLowerCase()
    if (word === 'yes') return []
    if (word === undefined || word === 'no') return undefined
  }
}

async function all(
  fields: readonly { readonly text: string; readonly echo: boolean }[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const values: string[] = []
  for (const { text, echo } of fields) {
    const value = await terminal.ask(text, { echo }, signal)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}
