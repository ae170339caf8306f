import { EventEmitter } from 'node:events'
import { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ChannelStream } from '../../../../../electron/transport/ssh2/channels/channel-stream'
import { packCommand } from '../../../../../electron/transport/remote/command-frame'
import { usualLimits } from '../../../../../electron/transport/limits/command-limits'
import { HostShell } from '../../../../../electron/transport/ssh2/commands/host-shell'
import { readyMark } from '../../../../../electron/transport/ssh2/commands/shell-loop'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})

afterEach(() => {
  vi.useRealTimers()
})

const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A shell whose channel says what a test has it say. */
function shellThat(silence: () => number) {
  const channel = new Duplex({
    read: () => undefined,
    write: (_part, _encoding, done) => {
      done()
    },
  })
  Object.assign(channel, { incoming: { window: 0 } })
  const stream = new ChannelStream(channel as unknown as ClientChannel, {
    loss: () => undefined,
    line: {
      adopt: () => ({
        whenRoom: (_bytes, send) => {
          send()
        },
      }),
    },
  })
  const complaints = new EventEmitter()
  const freed: HostShell[] = []
  const shell = new HostShell(
    'user',
    {
      stream,
      complaints: () => '',
      onComplaints: (hear) => complaints.on('said', hear),
      exitStatus: () => undefined,
      close: () => Promise.resolve(),
      expectAnswer: () => undefined,
    },
    { limits: usualLimits, silence, isFree: (free) => freed.push(free), isStalled: () => undefined },
  )
  return {
    shell,
    freed,
    async says(text: string) {
      channel.emit('data', Buffer.from(text))
      // A stream flows from the next turn on.
      await settled()
    },
    complains: (text: string) => complaints.emit('said', Buffer.from(text)),
  }
}

async function outcomeOf(ready: Promise<void>): Promise<string> {
  const pending = settled().then(() => 'waits')
  return await Promise.race([
    ready.then(
      () => 'ready',
      (error: Error) => error.message,
    ),
    pending,
  ])
}

test('A login has ten seconds on a host that answers otherwise', async () => {
  const { shell, says } = shellThat(() => 100)
  await says('Which project?')
  vi.advanceTimersByTime(9_999)
  expect(await outcomeOf(shell.ready)).toBe('waits')
  vi.advanceTimersByTime(1)
  expect(await outcomeOf(shell.ready)).toMatch(/within 10 seconds\. It printed: Which project\?$/)
  expect(shell.isGone).toBe(true)
})

test('A login of nine seconds is waited for', async () => {
  const { shell, says } = shellThat(() => 100)
  vi.advanceTimersByTime(9_000)
  await says(`Hello ${readyMark}`)
  vi.advanceTimersByTime(100_000)
  expect(await outcomeOf(shell.ready)).toBe('ready')
})

test('A host that says nothing at all is left to the watch over the link', async () => {
  let silence = 12_000
  const { shell } = shellThat(() => silence)
  vi.advanceTimersByTime(60_000)
  expect(await outcomeOf(shell.ready)).toBe('waits')
  silence = 10
  vi.advanceTimersByTime(10_000)
  expect(await outcomeOf(shell.ready)).toMatch(/did not come to the command/)
})

test('A command that a ready shell never begins fails, and its shell is given up', async () => {
  const { shell, says } = shellThat(() => 100)
  await says(readyMark)
  const { output } = shell.run({ name: 'a test' }, packCommand('echo one', Buffer.alloc(0)))
  vi.advanceTimersByTime(10_000)
  await settled()
  expect(output.errored).toMatchObject({
    failure: {
      kind: 'command-failed',
      message: 'A test failed: the command did not begin within 10 seconds.',
    },
  })
  expect(shell.isGone).toBe(true)
})

describe('A command that began', () => {
  async function begun(command: { readonly name: string; readonly silence?: 'long' } = { name: 'a test' }) {
    let silence = 100
    const made = shellThat(() => silence)
    await made.says(readyMark)
    const marks = packCommand('echo one', Buffer.alloc(0))
    const run = made.shell.run(command, marks)
    await made.says(marks.begin)
    return { ...made, marks, run, silent: (milliseconds: number) => (silence = milliseconds) }
  }
  const tooSilent = (words: string) => ({
    failure: {
      kind: 'command-failed',
      message: `A test failed: the command said nothing more for ${words}.`,
    },
  })

  test('may take its time as long as it says something', async () => {
    const { says, freed, marks, run, shell } = await begun()
    for (const _ of [1, 2, 3]) {
      vi.advanceTimersByTime(29_999)
      await says('one\n')
    }
    vi.advanceTimersByTime(29_999)
    await says(`${marks.end}0;`)
    expect(await run.end).toEqual({ status: 0, complaints: '' })
    expect(freed).toEqual([shell])
  })

  test.each([
    ['usual', {}, 30_000, '30 seconds'],
    ['one that reads much', { silence: 'long' }, 600_000, '600 seconds'],
  ] as const)('and stops is given up with its shell: %s', async (_, more, within, words) => {
    const { run, shell, says } = await begun({ name: 'a test', ...more })
    await says('one')
    vi.advanceTimersByTime(within - 1)
    await settled()
    expect(shell.isGone).toBe(false)
    vi.advanceTimersByTime(1)
    await settled()
    expect(run.output.errored).toMatchObject(tooSilent(words))
    expect(shell.isGone).toBe(true)
  })

  test('is not silent where nobody asks it for more', async () => {
    const { says, run, shell } = await begun()
    await says('x'.repeat(1_000_000))
    expect(shell.isStalled).toBe(true)
    vi.advanceTimersByTime(600_000)
    expect(shell.isGone).toBe(false)
    run.output.resume()
    await settled()
    vi.advanceTimersByTime(60_000)
    await settled()
    expect(run.output.errored).toMatchObject(tooSilent('30 seconds'))
  })

  test('is left to the watch over the link where the host says nothing at all', async () => {
    const { shell, silent } = await begun()
    silent(12_000)
    vi.advanceTimersByTime(60_000)
    expect(shell.isGone).toBe(false)
    silent(10)
    vi.advanceTimersByTime(30_000)
    await settled()
    expect(shell.isGone).toBe(true)
  })
})

test('The complaints of a command that failed are waited for, and its shell is given up where they do not come', async () => {
  const { shell, says, complains, freed } = shellThat(() => 100)
  await says(readyMark)
  const first = packCommand('', Buffer.alloc(0))
  const one = shell.run({ name: 'a test' }, first)
  await says(`${first.begin}${first.end}3;`)
  expect(freed).toEqual([])
  complains(`${readyMark}${first.begin}wrong\n${first.end}`)
  expect(await one.end).toEqual({ status: 3, complaints: 'wrong' })
  expect(freed).toEqual([shell])
  const second = packCommand('', Buffer.alloc(0))
  const two = shell.run({ name: 'a test' }, second)
  complains(`${second.begin}half`)
  await says(`${second.begin}${second.end}4;`)
  vi.advanceTimersByTime(2000)
  expect(await two.end).toEqual({ status: 4, complaints: 'half' })
  expect(freed).toEqual([shell])
  expect(shell.isGone).toBe(true)
})
