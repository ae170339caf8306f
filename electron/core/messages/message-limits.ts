/**
 * How much one call of the page may hold: `characters` of all its texts and keys, `values` of all kinds, and levels of
 * nesting. The largest calls of Lamina's own window (100,000 rows that are open or shut, a word and a message) are far below.
 */
export const messageLimits = { characters: 1024 * 1024, values: 250_000, depth: 16 }

/** How much a message holds: characters of its texts and keys, and values of all kinds. */
export interface MessageSize {
  readonly characters: number
  readonly values: number
}

/** Why a message is not taken: a limit that it is over, or that it holds what JSON cannot, whose size nobody could count. */
export type Excess = keyof typeof messageLimits | 'kind'

/** How much a message holds, or why it is not taken. Takes time in proportion to the limits, not to the message. */
export function sizeOf(message: unknown): MessageSize | Excess {
  let characters = 0
  let values = 0
  const left: { readonly value: unknown; readonly depth: number }[] = [{ value: message, depth: 1 }]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, depth } = next
    values += 1
    if (depth > messageLimits.depth) return 'depth'
    if (typeof value === 'string') characters += value.length
    else if (typeof value === 'object' && value !== null) {
      const isList = Array.isArray(value)
      if (!isList && !isPlain(value)) return 'kind'
      const parts: readonly unknown[] = isList ? value : Object.values(value)
      if (values + left.length + parts.length > messageLimits.values) return 'values'
      if (!isList) for (const key of Object.keys(value)) characters += key.length
      for (const part of parts) left.push({ value: part, depth: depth + 1 })
    } else if (!isSimple(value)) return 'kind'
    if (characters > messageLimits.characters) return 'characters'
    if (values > messageLimits.values) return 'values'
  }
  return { characters, values }
}

/** The sentence that says so to whoever sent it. */
export function excessWords(excess: Excess): string {
  if (excess === 'kind')
    return 'A call holds what is neither text, number, truth value, list nor plain object.'
  if (excess === 'depth')
    return `A call holds too much: it is more than ${String(messageLimits.depth)} levels deep.`
  return `A call holds too much: more than ${String(messageLimits[excess])} ${excess}.`
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function isSimple(value: unknown): boolean {
  return value === null || ['undefined', 'boolean', 'number'].includes(typeof value)
}
