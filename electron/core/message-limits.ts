/**
 * What one call of the page may hold, counted over all of it; more than the largest that the window sends (the closed directories of a view,
 * `changes.rows`).
 */
export const messageLimits = { characters: 1024 * 1024, values: 250_000, depth: 16 } as const

/** Calls of the page that may be under way at once. */
export const mostCallsAtOnce = 256

/** What of a message is over its limits; nothing where it is within. Takes time in proportion to the limits, not to the message. */
export function excessIn(message: unknown): keyof typeof messageLimits | undefined {
  let characters = 0
  let values = 0
  const left: { readonly value: unknown; readonly depth: number }[] = [{ value: message, depth: 1 }]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, depth } = next
    values += 1
    if (depth > messageLimits.depth) return 'depth'
    if (typeof value === 'string') characters += value.length
    else if (typeof value === 'object' && value !== null) {
      const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
      if (values + left.length + parts.length > messageLimits.values) return 'values'
      if (!Array.isArray(value)) for (const key of Object.keys(value)) characters += key.length
      for (const part of parts) left.push({ value: part, depth: depth + 1 })
    }
    if (characters > messageLimits.characters) return 'characters'
    if (values > messageLimits.values) return 'values'
  }
  return undefined
}
