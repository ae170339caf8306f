/** Levels of lists and objects in a document; what this program writes has six. Deeper ones could not be written again. */
const deepest = 100

/** The value of a text in JSON, in UTF-8 or UTF-16, with or without a byte order mark; nothing where it is none. */
export function valueOfJson(bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(textOf(bytes))
    return isTooDeep(value) ? undefined : value
  } catch {
    return undefined
  }
}

/** Editors of other systems write byte order marks, which JSON.parse does not take. */
function textOf(bytes: Buffer): string {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isWide ? 'utf-16le' : 'utf-8').decode(bytes)
}

/** Level by level: a function that calls itself would end with the stack. */
function isTooDeep(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return false
}
