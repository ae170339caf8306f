const minus = 0x2d
const dot = 0x2e
const zero = 0x30
const nine = 0x39

/**
 * The decimal numbers in some bytes, whatever stands between them. Reads the bytes themselves, because a million entries
 * would make ten million short strings otherwise.
 */
export function numbersIn(bytes: Buffer, start: number, end: number): number[] {
  const numbers: number[] = []
  for (let at = start; at < end; at += 1) {
    const negative = bytes[at] === minus
    if (negative) at += 1
    let value = 0
    let scale = 0
    for (; at < end; at += 1) {
      const code = bytes[at] ?? 0
      if (code >= zero && code <= nine) {
        value = value * 10 + (code - zero)
        scale *= 10
      } else if (code === dot && scale === 0) scale = 1
      else break
    }
    if (scale > 1) value /= scale
    numbers.push(negative ? -value : value)
  }
  return numbers
}

/** The value of octal digits that were read as if they were decimal: 644 gives 0o644. */
export function fromOctal(digits: number): number {
  let value = 0
  for (let rest = digits, place = 1; rest > 0; rest = Math.floor(rest / 10), place *= 8)
    value += (rest % 10) * place
  return value
}
