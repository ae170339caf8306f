/** Characters of a piece, unless an element is longer. */
const usualPiece = 64 * 1024
/** How deep lists are looked for that may be long: the answer, its value, and what that has. */
const deepest = 3

/** What JSON.stringify makes of a value, piece by piece: a list of millions would be longer than any text may be (512 MiB in V8). */
export function* jsonPieces(value: unknown, length = usualPiece): Generator<string> {
  let text = ''
  for (const part of partsOf(value, 0)) {
    text += part
    if (text.length < length) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}

function* partsOf(value: unknown, depth: number): Generator<string> {
  if (depth > deepest || typeof value !== 'object' || value === null || 'toJSON' in value) yield textOf(value)
  else if (Array.isArray(value)) yield* listParts(value)
  else yield* objectParts(value, depth)
}

function* listParts(list: readonly unknown[]): Generator<string> {
  yield '['
  let between = ''
  for (const element of list) {
    yield between + textOf(element)
    between = ','
  }
  yield ']'
}

function* objectParts(value: object, depth: number): Generator<string> {
  let between = '{'
  for (const [key, property] of Object.entries(value) as [string, unknown][]) {
    if (property === undefined) continue
    yield `${between}${JSON.stringify(key)}:`
    yield* partsOf(property, depth + 1)
    between = ','
  }
  yield between === '{' ? '{}' : '}'
}

/** In a list, what JSON has no word for is `null`. */
function textOf(value: unknown): string {
  return JSON.stringify(value) ?? 'null'
}
