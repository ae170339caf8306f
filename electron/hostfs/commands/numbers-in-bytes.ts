const minus = 0x2d
const zero = 0x30
const nine = 0x39

/**
 * The whole numbers in some bytes, whatever stands between them: `1700000000.5` are two. Reads the bytes themselves, because
 * a million entries would make ten million short strings otherwise.
 */
export function numbersIn(bytes: Buffer, start: number, end: number): number[] {
  const numbers: number[] = []
  for (let at = start; at < end; at += 1) {
    const negative = bytes[at] === minus
    if (negative) at += 1
    let value = 0
    for (; at < end; at += 1) {
      const code = bytes[at] ?? 0
      if (code < zero || code > nine) break
      value = value * 10 + (code - zero)
    }
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
