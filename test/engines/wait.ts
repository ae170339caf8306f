import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again and again until the answer is not undefined or false; throws after `within` milliseconds. */
export async function eventually<Value>(
  ask: () => Promise<Value | undefined | false> | Value | undefined | false,
  { within = 15_000, every = 10, what = 'what was waited for' } = {},
): Promise<Value> {
  const deadline = Date.now() + within
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > deadline) throw new Error(`Not within ${within} ms: ${what}`)
    await sleep(every)
  }
}

/** Waits until the clock shows another second. `docker diff` compares times by whole seconds. */
export async function nextSecond(): Promise<void> {
  await sleep(1000 - (Date.now() % 1000) + 1)
}
