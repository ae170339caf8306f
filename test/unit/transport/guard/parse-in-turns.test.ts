import { describe, expect, test } from 'vitest'
import type { Protocol } from '../../../../electron/transport/ssh2/guard/inside'
import { parseInTurns } from '../../../../electron/transport/ssh2/guard/parse-in-turns'

/** A protocol that takes a millisecond for each byte, which is a message, and turns that go on when they are told to. */
function slowly(breaksAt = Infinity) {
  let now = 0
  const taken: number[] = []
  const turns: (() => void)[] = []
  const flow: string[] = []
  const broken: unknown[] = []
  const protocol = {
    _destruct: () => undefined,
    _onPayload: (): unknown => undefined,
    _parse(this: Pick<Protocol, '_onPayload'>, chunk: Buffer, from: number, to: number) {
      for (let at = from; at < to; at += 1) {
        now += 1
        if (taken.length === breaksAt) throw new Error('broken')
        taken.push(chunk[at] ?? -1)
        if (this._onPayload(chunk) === false) return at + 1
      }
      return undefined
    },
    parse: (): void => undefined,
  } as unknown as Protocol
  const socket = { pause: () => flow.push('pause'), resume: () => flow.push('resume') }
  const { stop } = parseInTurns(protocol, socket as never, (error) => broken.push(error), {
    now: () => now,
    next: (work) => turns.push(work),
  })
  const say = (...bytes: number[]) => {
    protocol.parse(Buffer.from(bytes), 0, bytes.length)
  }
  const turn = () => turns.shift()?.()
  return { say, turn, taken, turns, flow, broken, stop }
}

const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, at) => from + at)

describe('reading what a server sends', () => {
  test('takes some milliseconds of a turn and goes on in the next one, in order', () => {
    const { say, turn, turns, taken, flow } = slowly()
    say(...upTo(100))
    const first = taken.length
    expect(first).toBeLessThanOrEqual(7)
    expect(flow).toEqual(['pause'])
    say(...upTo(20, 100))
    expect(taken).toHaveLength(first)
    let most = 0
    while (turns.length > 0) {
      const before = taken.length
      turn()
      most = Math.max(most, taken.length - before)
    }
    expect(most).toBeLessThanOrEqual(7)
    expect(taken).toEqual(upTo(120))
    expect(flow.at(-1)).toBe('resume')
  })

  test('reads a little at once', () => {
    const { say, taken, flow } = slowly()
    say(1, 2, 3)
    expect(taken).toEqual([1, 2, 3])
    expect(flow).toEqual([])
  })

  test('tells of what breaks it, in a later turn too, and reads no more', () => {
    const { say, turn, turns, taken, broken } = slowly(10)
    say(...upTo(100))
    while (turns.length > 0) turn()
    say(1, 2, 3)
    expect(broken).toMatchObject([{ message: 'broken' }])
    expect(taken).toEqual(upTo(10))
  })

  test('leaves what waits where it was stopped', () => {
    const { say, turn, turns, taken, stop } = slowly()
    say(...upTo(100))
    const first = taken.length
    stop()
    while (turns.length > 0) turn()
    expect(taken).toHaveLength(first)
  })
})
