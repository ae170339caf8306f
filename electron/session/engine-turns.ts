import { setTimeout as delay } from 'node:timers/promises'

/** Milliseconds for which work by another address is waited for: its host may be lost, and wait for being found again. */
const longestWait = 15_000

/** The work that comes last for each engine of this process, by the engine's own id. */
const last = new Map<string, Promise<unknown>>()

/**
 * Does one piece of work after the other for one engine, also where it is reached by several addresses. An engine without a
 * lasting id has no turns here; those of its session remain. Other processes are not waited for: engines lock what they must
 * themselves, and eighteen sibling commits at once on the containerd store (moby#44450) went well with Docker 26.
 */
export async function inTurnOfEngine<Value>(
  engineId: string | undefined,
  work: () => Promise<Value>,
): Promise<Value> {
  if (engineId === undefined) return await work()
  const mine = ended(last.get(engineId)).then(work)
  const settled = mine.then(
    () => undefined,
    () => undefined,
  )
  last.set(engineId, settled)
  try {
    return await mine
  } finally {
    if (last.get(engineId) === settled) last.delete(engineId)
  }
}

async function ended(before: Promise<unknown> | undefined): Promise<void> {
  if (before === undefined) return
  const waiting = new AbortController()
  const enough = delay(longestWait, undefined, { signal: waiting.signal }).catch(() => undefined)
  await Promise.race([before, enough])
  waiting.abort()
}
