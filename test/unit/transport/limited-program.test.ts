import { describe, expect, test } from 'vitest'
import { runLimited } from '../../../electron/transport/limited-program'

const nobodyAborts = new AbortController().signal
const limits = { time: 60_000, output: 1000 }
const sh = (script: string, own: Partial<typeof limits> = {}, signal = nobodyAborts) =>
  runLimited('/bin/sh', ['-c', script], { ...limits, ...own }, signal)

describe('A program of this machine', () => {
  test('tells how it ended and what it said', async () => {
    expect(await sh('printf "caf\\351"; echo why >&2; exit 3')).toEqual({
      kind: 'ended',
      status: 3,
      said: 'caf\u00e9',
      complaints: 'why',
    })
    expect(await sh('kill -9 $$')).toMatchObject({ kind: 'ended', status: undefined })
  })

  test('that is not there is told', async () => {
    expect(await runLimited('/no/such/program', [], limits, nobodyAborts)).toMatchObject({
      kind: 'not-started',
      why: expect.stringContaining('ENOENT') as string,
    })
  })

  test('that says too much is ended', async () => {
    expect(await sh('exec yes', { output: 100 })).toEqual({ kind: 'too-much' })
  })

  test('that takes too long is ended, and so is what holds its output', async () => {
    expect(await sh('sleep 600 & exec sleep 600', { time: 50 })).toEqual({ kind: 'too-late' })
    expect(await sh('sleep 600 &', { time: 50 })).toEqual({ kind: 'too-late' })
  })

  test('ends when nobody waits any more', async () => {
    const giveUp = new AbortController()
    const running = sh('sleep 600 & sleep 600', {}, giveUp.signal)
    giveUp.abort()
    await expect(running).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    await expect(sh('true', {}, giveUp.signal)).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  })
})
