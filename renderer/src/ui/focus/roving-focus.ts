const moves: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_at, last) => last,
  PageDown: (at, last) => Math.min(at + 10, last),
  PageUp: (at) => Math.max(at - 10, 0),
}

/** Where a key moves to in a list of `count` entries; nothing for keys that do not move. */
export function listMove(key: string, at: number, count: number): number | undefined {
  return count === 0 ? undefined : moves[key]?.(at, count - 1)
}
