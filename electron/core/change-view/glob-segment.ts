/** One name's worth of a glob: bytes, `star`, `anyCharacter`, or `firstSet` minus the number of a set. */
export interface GlobSegment {
  readonly tokens: readonly number[]
  readonly sets: readonly CharacterSet[]
}

interface CharacterSet {
  readonly isNegated: boolean
  readonly ranges: readonly (readonly [first: number, last: number])[]
}

const star = -1
const anyCharacter = -2
const firstSet = -3

/** Reads a glob without slashes, bytes of UTF-8 as glob(7) has it: `*`, `?`, `[a-z]`, `[!a-z]`, `\` before a character that stands for itself. */
export function parseSegment(glob: string): GlobSegment {
  const tokens: number[] = []
  const sets: CharacterSet[] = []
  for (let at = 0; at < glob.length; at += 1) {
    const end = glob[at] === '[' ? endOfSet(glob, at) : -1
    if (end !== -1) {
      tokens.push(firstSet - sets.length)
      sets.push(parseSet(glob.slice(at + 1, end)))
      at = end
    } else if (glob[at] === '*') {
      if (tokens.at(-1) !== star) tokens.push(star)
    } else if (glob[at] === '?') tokens.push(anyCharacter)
    else {
      if (glob[at] === '\\' && at + 1 < glob.length) at += 1
      tokens.push(lowerCase(glob.charCodeAt(at)))
    }
  }
  return { tokens, sets }
}

/** Whether the bytes from `start` up to `end` fit as a whole. Goes back to the latest `*` only, so it is never exponential. */
export function segmentFits(
  { tokens, sets }: GlobSegment,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  let [at, index] = [start, 0]
  let [starIndex, starAt] = [-1, start]
  while (at < end) {
    const token = tokens[index]
    if (token === star) {
      starIndex = index
      starAt = at
      index += 1
      continue
    }
    const next = token === undefined ? at : behind(token, sets, bytes, at, end)
    if (next > at) {
      at = next
      index += 1
    } else if (starIndex === -1) return false
    else {
      starAt = characterEnd(bytes, starAt, end)
      at = starAt
      index = starIndex + 1
    }
  }
  while (tokens[index] === star) index += 1
  return index === tokens.length
}

/** Where a token's match at `at` ends, or `at` where it does not match. */
function behind(
  token: number,
  sets: readonly CharacterSet[],
  bytes: Uint8Array,
  at: number,
  end: number,
): number {
  if (token >= 0) return lowerCase(bytes[at] ?? 0) === token ? at + 1 : at
  const next = characterEnd(bytes, at, end)
  if (token === anyCharacter) return next
  const set = sets[firstSet - token]
  return set !== undefined && isIn(set, codePoint(bytes, at, next)) ? next : at
}

function isIn({ ranges, isNegated }: CharacterSet, code: number): boolean {
  const other = isLetter(code) ? code ^ 0x20 : code
  const isNamed = ranges.some(
    ([first, last]) => (code >= first && code <= last) || (other >= first && other <= last),
  )
  return isNamed !== isNegated
}

/** The closing bracket; one that stands first belongs to the set. -1 where there is none: then `[` stands for itself. */
function endOfSet(glob: string, start: number): number {
  const first = /^[!^]/.test(glob.slice(start + 1)) ? start + 2 : start + 1
  return glob.indexOf(']', first + 1)
}

function parseSet(text: string): CharacterSet {
  const isNegated = /^[!^]/.test(text)
  const bytes = Uint8Array.from(isNegated ? text.slice(1) : text, (byte) => byte.charCodeAt(0))
  const codes: number[] = []
  for (let at = 0; at < bytes.length;) {
    const next = characterEnd(bytes, at, bytes.length)
    codes.push(codePoint(bytes, at, next))
    at = next
  }
  const ranges: [number, number][] = []
  for (let at = 0; at < codes.length; at += 1) {
    const [first = 0, dash, last] = [codes[at], codes[at + 1], codes[at + 2]]
    const isRange = dash === 0x2d && last !== undefined
    ranges.push([first, isRange ? last : first])
    if (isRange) at += 2
  }
  return { isNegated, ranges }
}

/** Where the UTF-8 character at `at` ends; a byte that begins none is a character of its own (RFC 3629, section 4). */
function characterEnd(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] ?? 0
  const length = lead < 0xc2 || lead > 0xf4 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  if (at + length > end) return at + 1
  for (let next = at + 1; next < at + length; next += 1)
    if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return at + 1
  return at + length
}

/** A character's number; a byte that is no character gets one that no character has. */
function codePoint(bytes: Uint8Array, start: number, end: number): number {
  const lead = bytes[start] ?? 0
  if (end - start === 1) return lead < 0x80 ? lead : 0x110000 + lead
  let code = lead & (0xff >> (end - start + 1))
  for (let at = start + 1; at < end; at += 1) code = (code << 6) | ((bytes[at] ?? 0) & 0x3f)
  return code
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
}

function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
}
