import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Result } from '../../../electron/core/base/failure'
import { runInContainer, startContainer } from '../../engines/docker/containers'
import { importImage } from '../../engines/images/images'
import { eventually } from '../../engines/wait'
import { startFaultPlace, type BehindFaults, type FaultPlace, type FaultWay } from './fault-place'
import {
  casesFor,
  lackOf,
  leftOpen,
  requestsFor,
  unlessForEver,
  wrongIn,
  type Asked,
  type Case,
} from './met-faults'

type Answer = Promise<Result<unknown>>

const one = { containerId: 'one' } as const

const call =
  (operation: string, input: object) =>
  ({ lamina, hostId }: BehindFaults): Answer =>
    lamina.lamina.call(operation, { hostId, ...input })

/** Podman tells changes in another order each time. */
const listedChanges =
  (more: object) =>
  async (behind: BehindFaults): Answer => {
    const result = await call('changes.list', { ...one, ...more })(behind)
    if (!result.ok) return result
    const { changes, ...rest } = result.value as { changes: unknown[] }
    const sorted = changes.map((change) => JSON.stringify(change)).toSorted()
    return { ok: true, value: { ...rest, changes: sorted.map((text) => JSON.parse(text) as unknown) } }
  }

const throughEngine = listedChanges({ lens: 'engine' })

/** Opens a listing and gives all of it once it is complete. */
const listed =
  (more: object) =>
  async ({ lamina, hostId }: BehindFaults): Answer => {
    const opened = await lamina.lamina.call('changes.open', { hostId, ...one, ...more })
    if (!opened.ok) return opened
    const { listingId } = opened.value as { listingId: string }
    const exported = await lamina.lamina.call('changes.export', { listingId, format: 'json' })
    if (!exported.ok) return exported
    const { text } = exported.value as { text: string }
    const { lens, totals, changes } = JSON.parse(text) as Record<string, unknown>
    return { ok: true, value: { lens, totals, changes } }
  }

const operations: readonly Asked[] = [
  { name: 'hosts.connect', ask: call('hosts.connect', {}) },
  { name: 'containers.list', ask: call('containers.list', { all: true }) },
  { name: 'images.list', ask: call('images.list', {}) },
  { name: 'containers.inspect', ask: call('containers.inspect', one) },
  { name: 'changes.list', ask: listedChanges({}), instead: throughEngine },
  { name: 'changes.list, engine lens', ask: throughEngine },
  { name: 'changes.open', ask: listed({}), instead: listed({ lens: 'engine' }) },
  {
    name: 'changes.open against another image',
    ask: listed({ against: 'other:1' }),
    instead: listed({ against: 'other:1', lens: 'engine' }),
  },
  {
    name: 'content.read',
    ask: call('content.read', { ...one, path: '/new', side: 'upper', lens: 'engine' }),
  },
  {
    name: 'content.read of the lower version',
    ask: call('content.read', { ...one, path: '/etc/kept', side: 'lower', lens: 'engine' }),
  },
  { name: 'snapshots.review', ask: call('snapshots.review', one) },
  { name: 'images.stack', ask: call('images.stack', { image: 'base:1' }) },
  {
    name: 'stacks.compare',
    ask: ({ lamina, hostId }) =>
      lamina.lamina.call('stacks.compare', { left: { hostId, image: 'base:1' }, right: { hostId, ...one } }),
  },
  { name: 'undo.plan', ask: call('undo.plan', { ...one, path: '/new' }) },
]

/** Says why something else is missing from an answer, or from where it comes instead. */
const telling = new Set(['reason', 'hostLens', 'historySource', 'historyFailure', 'historyIsWhole'])

/** An answer as it is each time: without how long a container runs, and with times in whole seconds, which is what every source tells. */
function sameEachTime(value: unknown, { hostId, proxy }: BehindFaults): unknown {
  const text = JSON.stringify(value)
    .replaceAll(hostId, 'host')
    .replaceAll(proxy.socketPath, '/socket')
    .replace(/"Up [^"]*"/g, '"Up"')
    .replace(/(T\d\d:\d\d:\d\d)\.\d+Z/g, '$1Z')
  return JSON.parse(text)
}

/** Whether all that is told is right; what is missing may be so only where the answer says why. */
function isRight(value: unknown, right: unknown): boolean {
  const asText = JSON.stringify(value)
  if (asText === JSON.stringify(right)) return true
  return isPartOf(value, right) && [...telling].some((word) => asText.includes(`"${word}"`))
}

/** An undoing that cannot be done is planned without what it would do, and says why. */
function saysWhyNot(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('obstacle' in value)) return false
  return String(value.obstacle).startsWith('No command can be run in the container. ')
}

function isPartOf(value: unknown, right: unknown): boolean {
  if (typeof value !== 'object' || value === null || typeof right !== 'object' || right === null)
    return value === right
  if (Array.isArray(value) !== Array.isArray(right)) return false
  if (Array.isArray(value) && value.length !== (right as unknown[]).length) return false
  const whole = right as Record<string, unknown>
  return Object.entries(value).every(([key, one]) => telling.has(key) || isPartOf(one, whole[key]))
}

async function answerTo(place: FaultPlace, asked: Asked['ask']): Promise<unknown> {
  return await place.behind(async (behind) => {
    const result = await asked(behind)
    if (!result.ok) throw new Error(JSON.stringify(result.failure))
    return sameEachTime(result.value, behind)
  })
}

/** What holds of every answer of an engine, whatever is wrong with it; `oneOf` as `casesFor` has it. */
export function brokenAnswersTests(kind: 'docker' | 'podman', way: FaultWay, oneOf = 1): void {
  let place: FaultPlace

  beforeAll(async () => {
    place = await startFaultPlace(kind, way)
    await importImage(place.docker, 'base:1', { 'etc/kept': 'x', 'etc/gone': 'y' })
    await importImage(place.docker, 'other:1', { 'etc/other': 'y' })
    await startContainer(place.docker, { name: 'one', image: 'base:1' })
    await runInContainer(place.docker, 'one', 'echo one > /new; rm /etc/gone; mkdir /dir; echo x > /dir/file')
  })

  afterAll(() => place.stop())

  test.each(way === 'here' ? operations : operations.filter(({ name }) => name !== 'hosts.connect'))(
    '$name: whatever is wrong with an answer, it ends, in what is right or in words, and is right again after',
    async ({ ask, instead, name }) => {
      const right = await answerTo(place, ask)
      const other = instead === undefined ? right : await answerTo(place, instead)
      const meet = ({ target, fault }: Case) =>
        place.behind(async (behind) => {
          const { proxy } = behind
          proxy.arm(target, fault)
          const result = await unlessForEver(ask(behind))
          if (result === undefined) return ['never ends']
          const wrong = result.ok ? [] : lackOf(result.failure)
          if (result.ok) {
            const value = sameEachTime(result.value, behind)
            if (!isRight(value, right) && !isRight(value, other) && !saysWhyNot(value))
              wrong.push(`is answered wrongly: ${JSON.stringify(value)}`)
          }
          wrong.push(...(await leftOpen(proxy)))
          proxy.arm()
          // A machine that has other work may be too slow once for limits that are so short.
          const isRightAgain = async () => {
            const again = await ask(behind)
            return again.ok && JSON.stringify(sameEachTime(again.value, behind)) === JSON.stringify(right)
          }
          await eventually(isRightAgain, { what: 'it to be right again' }).catch(() =>
            wrong.push('is not right again after'),
          )
          return wrong
        })
      const cases = casesFor(await requestsFor(place, ask), name.length, oneOf)
      expect(await wrongIn(cases, meet)).toEqual([])
    },
  )
}
