import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds that are waited at most, unless told otherwise. Only what is broken takes so long, also on a slow and busy machine. */
const longestWait = 50_000

/** Asks again and again until the answer is not undefined or false; throws after `within` milliseconds. */
export async function eventually<Value>(
  ask: () => Promise<Value | undefined | false> | Value | undefined | false,
  { within = longestWait, every = 10, what = 'what was waited for' } = {},
): Promise<Value> {
  const deadline = Date.now() + within
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > deadline) throw new Error(`Not within ${within} ms: ${what}`)
    await sleep(every)
  }
}

/** Milliseconds by which the time of a file can be earlier than the clock: the kernel stamps with its last tick. */
const tick = 20

/**
 * Waits until whatever is written gets the time of another second. Layers, archives and `docker diff` know whole seconds only, each of
 * which is equal to every moment in it.
 */
export async function nextSecond(): Promise<void> {
  const begun = Math.floor(Date.now() / 1000)
  const stamped = () => Date.now() - tick
  while (Math.floor(stamped() / 1000) <= begun) await sleep(1000 - (stamped() % 1000))
}
