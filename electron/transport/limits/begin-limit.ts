/** Something comes from a host that answers at least so often: a question is put to it after five seconds. */
export const longestSilence = 7000

/**
 * Calls after some milliseconds in which a host that answers has let somebody wait; one that does not answer at all is looked at as long
 * again. Gives what ends the waiting. `silence` tells the milliseconds since the host said anything.
 */
export function whenTooLate(within: number, silence: () => number, call: () => void): () => void {
  let timer = setTimeout(look, within)
  function look(): void {
    if (silence() < longestSilence) call()
    else timer = setTimeout(look, within)
  }
  return () => {
    clearTimeout(timer)
  }
}
