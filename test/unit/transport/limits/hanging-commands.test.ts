import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type FailureError, failed } from '../../../../electron/core/base/failure'
import { usualLimits } from '../../../../electron/transport/limits/command-limits'
import { CommandWait, HangingCommand } from '../../../../electron/transport/limits/command-wait'
import { HangingCommands } from '../../../../electron/transport/limits/hanging-commands'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { Unanswered } from '../../../../electron/transport/ssh2/channels/unanswered'
import { outputOf } from '../../../../electron/transport/transport'

const { signal } = new AbortController()
const listing = { name: 'listing', script: 'true' }
const hung = new HangingCommand({ kind: 'command-failed', message: 'It hangs.' })

describe('A command that hung', () => {
  function made() {
    let now = 0
    let runs = 0
    const commands = new HangingCommands(usualLimits, () => now)
    const run = async (command: { name: string; script: string; elevated?: boolean }, error?: Error) => {
      const said: Buffer[] = []
      const output = commands.watched(command, async function* () {
        runs += 1
        yield await Promise.resolve(Buffer.from('one'))
        if (error !== undefined) throw error
      })
      for await (const part of output) said.push(part)
      return Buffer.concat(said).toString()
    }
    return { run, runs: () => runs, pass: (milliseconds: number) => (now += milliseconds) }
  }

  test('is not run again for a while, with the same words', async () => {
    const { run, runs, pass } = made()
    await expect(run(listing, hung)).rejects.toBe(hung)
    pass(usualLimits.retryAfter - 1)
    await expect(run(listing)).rejects.toBe(hung)
    expect(runs()).toBe(1)
    pass(1)
    expect(await run(listing)).toBe('one')
    expect(await run(listing)).toBe('one')
  })

  test('keeps no other one from running, nor the same one as another account', async () => {
    const { run } = made()
    await expect(run(listing, hung)).rejects.toBe(hung)
    expect(await run({ ...listing, name: 'reading' })).toBe('one')
    expect(await run({ ...listing, elevated: true })).toBe('one')
  })

  test('is another matter than one that failed', async () => {
    const { run } = made()
    await expect(run(listing, failed('command-failed', 'No.'))).rejects.toThrow('No.')
    expect(await run(listing)).toBe('one')
  })
})

describe('A command of this machine', () => {
  const within = (silentFor: number) => openLocalTransport({ limits: { silentFor } })

  test('that says nothing more is given up, and told of', async () => {
    const transport = within(200)
    const command = { name: 'listing', script: 'echo one; sleep 600' }
    const saysWhy = {
      failure: {
        kind: 'command-failed',
        message: 'Listing failed: the command said nothing more for 0.2 seconds.',
      },
    }
    await expect(outputOf(transport, command, signal)).rejects.toMatchObject(saysWhy)
    await expect(outputOf(transport, command, signal)).rejects.toMatchObject(saysWhy)
  })

  test('that ends for nobody is waited for no longer than its signal', async () => {
    const giving = new AbortController()
    // Another session is not ended with the command, and holds its output.
    const script = 'setsid sleep 5 & echo begun; wait'
    const said: string[] = []
    const reading = async () => {
      for await (const part of within(600_000).run({ name: 'listing', script }, giving.signal)) {
        said.push(part.toString())
        giving.abort()
      }
    }
    await expect(reading()).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    expect(said).toEqual(['begun\n'])
  })
})

describe('The silence of a command', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const waited = (elevated: boolean, silence = () => 0) => {
    const ends: FailureError[] = []
    const where = { silence, isHeldUp: () => false }
    new CommandWait({ name: 'listing', elevated }, usualLimits, where, (failure) => ends.push(failure))
    return ends
  }

  test('is sudo’s where that never begins it', () => {
    const ends = waited(true)
    vi.advanceTimersByTime(9_999)
    expect(ends).toEqual([])
    vi.advanceTimersByTime(1)
    expect(ends.map(({ failure }) => failure)).toMatchObject([
      {
        message: 'Listing failed: the command did not begin within 10 seconds.',
        remedy: expect.stringContaining('sudo') as string,
      },
    ])
  })

  test('is the link’s where the host says nothing at all', () => {
    const ends = waited(false, () => 10_000)
    vi.advanceTimersByTime(100_000)
    expect(ends).toEqual([])
  })
})

describe('A question that a server does not answer', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function made() {
    const unanswered = new Unanswered(usualLimits, () => 0)
    const dismissed: string[] = []
    const answers: ((value: string) => void)[] = []
    const asked = (wanted = signal) => {
      const answer = unanswered.asked<string>((answered) => void answers.push(answered), {
        signal: wanted,
        dismiss: (late) => dismissed.push(late),
        cancelled: () => failed('cancelled', 'Not wanted.'),
        never: (within) => failed('command-failed', `Not within ${String(within)}.`),
      })
      answer.catch(() => undefined)
      return answer
    }
    return { asked, answers, dismissed }
  }

  test('fails in time, and no others are put until one is answered after all', async () => {
    const { asked, answers, dismissed } = made()
    const first = asked()
    vi.advanceTimersByTime(10_000)
    await expect(first).rejects.toThrow('Not within 10000.')
    await expect(asked()).rejects.toThrow('Not within 10000.')
    expect(answers).toHaveLength(1)
    answers[0]?.('late')
    expect(dismissed).toEqual(['late'])
    const next = asked()
    answers[1]?.('one')
    expect(await next).toBe('one')
  })

  test('is put again after a while', async () => {
    const { asked, answers } = made()
    const first = asked()
    vi.advanceTimersByTime(10_000)
    await expect(first).rejects.toThrow('Not within')
    vi.advanceTimersByTime(usualLimits.retryAfter)
    void asked()
    expect(answers).toHaveLength(2)
  })

  test('is cancelled at once, which says nothing of others', async () => {
    const { asked, answers, dismissed } = made()
    const giving = new AbortController()
    const first = asked(giving.signal)
    giving.abort()
    await expect(first).rejects.toThrow('Not wanted.')
    answers[0]?.('late')
    expect(dismissed).toEqual(['late'])
    const next = asked()
    answers[1]?.('one')
    expect(await next).toBe('one')
  })
})
