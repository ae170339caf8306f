import { setTimeout as delay } from 'node:timers/promises'
import type { Result, Failure } from '../../../electron/core/base/failure'
import type { Fault, FaultProxy, Target } from '../../engines/faults/fault-proxy'
import { passed, unpassed } from '../../engines/faults/faults'
import type { BehindFaults, FaultPlace } from './fault-place'

/** Something that a person asks for, and what is the same each time in the answer to it. */
export interface Asked {
  readonly name: string
  ask(behind: BehindFaults): Promise<Result<unknown>>
  /** Another answer that is as right, where something on the way to this one fails. */
  readonly instead?: (behind: BehindFaults) => Promise<Result<unknown>>
}

/** One fault in one request. */
export interface Case {
  readonly what: string
  readonly target: Target
  readonly fault: Fault
}

export const faults: readonly (readonly [string, Fault])[] = Object.entries({ ...unpassed, ...passed })

/** Milliseconds after which whoever asks waits for ever: every limit is much shorter in these tests. */
const forEver = 90_000

/** The requests that are made for it, each with its number among those of its kind. */
export async function requestsFor(
  place: FaultPlace,
  ask: (behind: BehindFaults) => Promise<unknown>,
): Promise<readonly Target[]> {
  return await place.behind(async (behind) => {
    await ask(behind)
    const kinds = [...behind.proxy.kinds]
    return kinds.map((kind, at) => ({ kind, nth: kinds.slice(0, at).filter((one) => one === kind).length }))
  })
}

/**
 * Every fault, each in one of the requests, so that every request meets some; `every` has every fault in every request, which takes long.
 * @param seed which fault meets which request
 * @param oneOf one fault of so many is tried, where others are tried elsewhere
 */
export function casesFor(
  targets: readonly Target[],
  seed: number,
  oneOf = 1,
  every = process.env['EVERY_FAULT'] === '1',
): Case[] {
  const met = faults.map((one, number) => [...one, number] as const)
  const some = every ? met : met.filter(([, , number]) => (number + seed) % oneOf === 0)
  return some.flatMap(([name, fault, number]) => {
    const hit = every ? targets : targets.filter((_, at) => (at - number - seed) % targets.length === 0)
    return hit.map((target) => ({
      what: `${target.kind}, the ${String(target.nth + 1)}. time: ${name}`,
      target,
      fault,
    }))
  })
}

/** Runs the cases, some at once: most of them wait. Gives what was wrong, a line each. */
export async function wrongIn(
  cases: readonly Case[],
  meet: (one: Case) => Promise<readonly string[]>,
  atOnce = 6,
): Promise<string[]> {
  const left = [...cases]
  const wrong: string[] = []
  const work = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const { what } = one
      wrong.push(...(await meet(one)).map((line) => `${what}: ${line}`))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return wrong
}

/** The answer, or nothing where none comes. */
export async function unlessForEver<Value>(work: Promise<Value>): Promise<Value | undefined> {
  const giveUp = new AbortController()
  try {
    return await Promise.race([
      work,
      delay(forEver, undefined, { signal: giveUp.signal }).catch(() => undefined),
    ])
  } finally {
    giveUp.abort()
  }
}

/** What a failure lacks that a person needs. */
export function lackOf({ kind, message, remedy }: Failure): string[] {
  const text = JSON.stringify({ kind, message, remedy })
  if (kind === 'internal') return [`is called a bug: ${text}`]
  if (remedy === undefined) return [`does not say what to do: ${text}`]
  return /(?<!received )undefined|\[object/.test(text) ? [`says nonsense: ${text}`] : []
}

/** Requests that have been left open; a moment is given to who closes them. */
export async function leftOpen(proxy: FaultProxy): Promise<string[]> {
  const open = () => proxy.unanswered.filter((one) => !/\/events|_ping/.test(one))
  for (let tries = 0; tries < 200 && open().length > 0; tries += 1) await delay(20)
  return open().map((one) => `leaves ${one} open`)
}
