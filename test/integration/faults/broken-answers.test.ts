import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { LaminaUnderTest } from '../../builders/lamina-under-test'
import { runInContainer, startContainer } from '../../engines/containers'
import { importImage } from '../../engines/images'
import { startPrivateDocker, type PrivateDocker } from '../../engines/private-docker'
import { eventually } from '../../engines/wait'
import { behindFaults, casesFor, lackOf, leftOpen, requestsFor, unlessForEver, wrongIn } from './met-faults'
import type { Asked, Case } from './met-faults'

// Hundreds of faults, one after the other, some of which end by a limit.
vi.setConfig({ testTimeout: 3_600_000 })
// Every limit is here, and twenty times shorter.
vi.mock(import('../../../electron/engine/quiet-time'), async (original) => {
  const { afterQuiet } = await original()
  return {
    afterQuiet: (milliseconds, received, tell) =>
      afterQuiet(Math.min(milliseconds, 60_000) / 20, received, tell),
  }
})

const realTimeout = AbortSignal.timeout.bind(AbortSignal)
vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => realTimeout(milliseconds / 10))

const local = { hostId: 'local' } as const
const one = { ...local, containerId: 'one' } as const
let engine: PrivateDocker

beforeAll(async () => {
  engine = await startPrivateDocker()
  await importImage(engine.docker, 'base:1', { 'etc/kept': 'x', 'etc/gone': 'y' })
  await importImage(engine.docker, 'other:1', { 'etc/other': 'y' })
  await startContainer(engine.docker, { name: 'one', image: 'base:1' })
  await runInContainer(engine.docker, 'one', 'echo one > /new; rm /etc/gone; mkdir /dir; echo x > /dir/file')
})

afterAll(() => engine.stop())

const call =
  (operation: string, input: unknown) =>
  (lamina: LaminaUnderTest): Promise<Awaited<ReturnType<LaminaUnderTest['lamina']['call']>>> =>
    lamina.lamina.call(operation, input)

const throughEngine = call('changes.list', { ...one, lens: 'engine' })

/** Opens a listing and gives all of it once it is complete. */
const listed =
  (more: object) =>
  async (lamina: LaminaUnderTest): ReturnType<LaminaUnderTest['lamina']['call']> => {
    const opened = await lamina.lamina.call('changes.open', { ...one, ...more })
    if (!opened.ok) return opened
    const { listingId } = opened.value as { listingId: string }
    const exported = await lamina.lamina.call('changes.export', { listingId, format: 'json' })
    if (!exported.ok) return exported
    const { text } = exported.value as { text: string }
    const { lens, totals, changes } = JSON.parse(text) as Record<string, unknown>
    return { ok: true, value: { lens, totals, changes } }
  }

const operations: readonly Asked[] = [
  { name: 'hosts.connect', ask: call('hosts.connect', local) },
  { name: 'containers.list', ask: call('containers.list', { ...local, all: true }) },
  { name: 'images.list', ask: call('images.list', local) },
  { name: 'containers.inspect', ask: call('containers.inspect', one) },
  { name: 'changes.list', ask: call('changes.list', one), instead: throughEngine },
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
  { name: 'images.stack', ask: call('images.stack', { ...local, image: 'base:1' }) },
  {
    name: 'stacks.compare',
    ask: call('stacks.compare', { left: { ...local, image: 'base:1' }, right: one }),
  },
  { name: 'undo.plan', ask: call('undo.plan', { ...one, path: '/new' }) },
]

/** Says why something else is missing from an answer, or from where it comes instead. */
const telling = new Set(['reason', 'hostLens', 'historySource', 'historyFailure', 'historyIsWhole'])

/** An answer as it is each time: without how long a container runs, and with times in whole seconds, which is what every source tells. */
function sameEachTime(value: unknown): unknown {
  const text = JSON.stringify(value)
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

function isPartOf(value: unknown, right: unknown): boolean {
  if (typeof value !== 'object' || value === null || typeof right !== 'object' || right === null)
    return value === right
  if (Array.isArray(value) !== Array.isArray(right)) return false
  if (Array.isArray(value) && value.length !== (right as unknown[]).length) return false
  const whole = right as Record<string, unknown>
  return Object.entries(value).every(([key, one]) => telling.has(key) || isPartOf(one, whole[key]))
}

async function answerTo(asked: Asked['ask']): Promise<unknown> {
  return await behindFaults(engine.socketPath, async (lamina) => {
    const result = await asked(lamina)
    if (!result.ok) throw new Error(JSON.stringify(result.failure))
    return sameEachTime(result.value)
  })
}

test.each(operations)(
  '$name: whatever is wrong with an answer, it ends, in what is right or in words, and is right again after',
  async ({ ask, instead, name }) => {
    const right = await answerTo(ask)
    const other = instead === undefined ? right : await answerTo(instead)
    const meet = ({ target, fault }: Case) =>
      behindFaults(engine.socketPath, async (lamina, proxy) => {
        proxy.arm(target, fault)
        const result = await unlessForEver(ask(lamina))
        if (result === undefined) return ['never ends']
        const wrong = result.ok ? [] : lackOf(result.failure)
        if (result.ok) {
          const value = sameEachTime(result.value)
          if (!isRight(value, right) && !isRight(value, other))
            wrong.push(`is answered wrongly: ${JSON.stringify(value)}`)
        }
        wrong.push(...(await leftOpen(proxy)))
        proxy.arm()
        // A machine that has other work may be too slow once for limits that are so short.
        const isRightAgain = async () => {
          const again = await ask(lamina)
          return again.ok && JSON.stringify(sameEachTime(again.value)) === JSON.stringify(right)
        }
        await eventually(isRightAgain, { what: 'it to be right again' }).catch(() =>
          wrong.push('is not right again after'),
        )
        return wrong
      })
    const cases = casesFor(await requestsFor(engine.socketPath, ask), name.length)
    expect(await wrongIn(cases, meet)).toEqual([])
  },
)
