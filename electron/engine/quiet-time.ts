/** Bytes a second from a host that are more than its idle connection carries: an answer may wait behind them. */
const busyFrom = 1500

/**
 * Tells once when nothing was to be heard of a host for some milliseconds in which an answer was due. While its line carries much else, that
 * may be the line: an answer stands behind what came before it, so the time begins anew. `received` counts the bytes that came from the host.
 * Gives the function that ends the waiting.
 */
export function afterQuiet(
  milliseconds: number,
  received: (() => number) | undefined,
  tell: () => void,
): () => void {
  let timer: NodeJS.Timeout
  const wait = () => {
    const before = received?.() ?? 0
    timer = setTimeout(() => {
      const came = (received?.() ?? 0) - before
      if (came >= (busyFrom * milliseconds) / 1000) wait()
      else tell()
    }, milliseconds)
  }
  wait()
  return () => {
    clearTimeout(timer)
  }
}
