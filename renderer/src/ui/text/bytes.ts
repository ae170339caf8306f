const units = ['kB', 'MB', 'GB', 'TB', 'PB'] as const

/** A size as the engines' tools write it: decimal units, one digit after the point below 100 (`2.1 kB`, `296 MB`). */
export function readableBytes(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)} B`
  let value = bytes / 1000
  let unit = 0
  // 999.5 would be written as 1000.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = value < 99.95 ? 1 : 0
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`
}

/** Two sizes as they are read beside one another: by exact bytes, which `exact` writes, where rounding would make them one. */
export function sizesApart(
  one: number,
  other: number,
  exact: (bytes: number) => string,
): readonly [string, string] {
  const [first, second] = [readableBytes(one), readableBytes(other)]
  return first === second && one !== other ? [exact(one), exact(other)] : [first, second]
}
