/** Collects letters typed one after another into the beginning of a name; a pause starts it anew. */
export function createTypeAhead(pause = 700): (letter: string, now: number) => string {
  let typed = ''
  let last = -Infinity
  return (letter, now) => {
    const isAnew = now - last > pause
    last = now
    const lower = letter.toLowerCase()
    // The same letter again means the next name that begins with it.
    if (isAnew || typed === lower) typed = lower
    else typed += lower
    return typed
  }
}
