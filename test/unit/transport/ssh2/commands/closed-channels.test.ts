import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readyMark } from '../../../../../electron/transport/ssh2/commands/shell-loop'
import { outputOf } from '../../../../../electron/transport/transport'
import { hostThat, serverThat } from '../../../../builders/hosts/scripted-host'
import { hopTo, nobodyAborts, transportOver } from '../../../../builders/hosts/ssh-host'
import type { Asked } from '../../../../engines/ssh/scripted-sshd'
import { eventually } from '../../../../engines/wait'

/** Takes a command and closes its channel before the client can have written anything. */
function closeAtOnce(asked: Asked, said = '', complained = ''): void {
  asked.inOnePiece(() => {
    const channel = asked.accept()
    if (said !== '') channel.write(said)
    if (complained !== '') channel.stderr.write(complained)
    channel.exit(0)
    channel.close()
  })
}

/** Stands for the shell on a host: says that it is there, and reads the two marks in front of each command, a line each. */
function withMarks(asked: Asked, then: (begin: string, end: string) => void): void {
  const channel = asked.accept()
  channel.write(readyMark)
  let heard = ''
  channel.on('data', (data: Buffer) => {
    const had = heard
    heard += data.toString('latin1')
    const marks = /^(<\w+>)\n(<\w+:)\n/gm
    const known = [...had.matchAll(marks)].length
    for (const [, begin = '', end = ''] of [...heard.matchAll(marks)].slice(known)) then(begin, end)
  })
}

const output = async (transport: Awaited<ReturnType<typeof hostThat>>, input = Buffer.alloc(0)) =>
  (await outputOf(transport, { name: 'a test', script: 'echo mine', input }, nobodyAborts)).toString()

const didNotBegin = {
  failure: { kind: 'command-failed', message: 'A test failed: the command did not begin.' },
}

describe('A command whose channel the server closes', () => {
  test('before anything was written to it did not begin', async () => {
    const transport = await hostThat({
      exec: (_, asked) => {
        closeAtOnce(asked)
      },
    })
    await expect(output(transport)).rejects.toMatchObject(didNotBegin)
  })

  test('after it said something else did not begin either, and what it said is told', async () => {
    const transport = await hostThat({
      exec: (_, asked) => {
        closeAtOnce(asked, 'only this', 'no shell for you')
      },
    })
    await expect(output(transport)).rejects.toMatchObject({
      failure: {
        kind: 'command-failed',
        message: 'A test failed: the command did not begin. only this no shell for you.',
      },
    })
  })

  test('leaves its place to others, however many it happens to', async () => {
    let closed = 0
    const transport = await hostThat({
      exec: (_, asked) => {
        closed += 1
        if (closed <= 30) closeAtOnce(asked)
        else
          withMarks(asked, (begin, end) => {
            asked.accept().end(`${begin}mine\n${end}0;`)
          })
      },
    })
    const all = await Promise.allSettled(Array.from({ length: 30 }, () => output(transport)))
    for (const one of all) expect(one).toMatchObject({ status: 'rejected', reason: didNotBegin })
    expect(await output(transport)).toBe('mine\n')
  })

  test('while its input is being written did not begin', async () => {
    const transport = await hostThat({
      exec: (_, asked) => {
        const channel = asked.accept()
        channel.write(readyMark)
        channel.once('data', () => {
          channel.exit(0)
          channel.close()
        })
      },
    })
    await expect(output(transport, Buffer.alloc(9_000_000))).rejects.toMatchObject(didNotBegin)
  })

  test('half-way through its output is no short answer', async () => {
    const transport = await hostThat({
      exec: (_, asked) => {
        withMarks(asked, (begin) => {
          asked.accept().write(`${begin}hal`)
          asked.accept().close()
        })
      },
    })
    await expect(output(transport)).rejects.toMatchObject({
      failure: {
        kind: 'command-failed',
        message: 'A test failed: the command ended before its output was whole.',
      },
    })
  })
})

const closedByServer = {
  failure: {
    kind: 'connection-lost',
    message: expect.stringContaining('the other side closed it') as string,
  },
}

describe('A shell that was kept and is gone', () => {
  /** A server on which the first shell runs one command and then does what a test says with the next. */
  async function hostWhoseShell(
    then: (begin: string, asked: Asked) => void,
  ): Promise<{ transport: Awaited<ReturnType<typeof hostThat>>; started: () => number }> {
    let started = 0
    const transport = await hostThat({
      exec: (_, asked) => {
        started += 1
        let commands = 0
        const isFirst = started === 1
        withMarks(asked, (begin, end) => {
          commands += 1
          if (isFirst && commands > 1) then(begin, asked)
          else asked.accept().write(`${begin}mine\n${end}0;`)
        })
      },
    })
    return { transport, started: () => started }
  }

  test('before the next command began gives that to another one', async () => {
    const { transport, started } = await hostWhoseShell((_, asked) => {
      asked.accept().close()
    })
    expect(await output(transport)).toBe('mine\n')
    expect(await output(transport)).toBe('mine\n')
    expect(started()).toBe(2)
  })

  test('after the next command began is a failure: it may have done something', async () => {
    const { transport, started } = await hostWhoseShell((begin, asked) => {
      asked.accept().write(begin)
      asked.accept().close()
    })
    expect(await output(transport)).toBe('mine\n')
    await expect(output(transport)).rejects.toMatchObject({
      failure: { message: 'A test failed: the command ended before its output was whole.' },
    })
    expect(started()).toBe(1)
    expect(await output(transport)).toBe('mine\n')
  })

  test('with the connection is a lost link', async () => {
    const { transport } = await hostWhoseShell((_, asked) => {
      asked.endConnection()
    })
    expect(await output(transport)).toBe('mine\n')
    await expect(output(transport)).rejects.toMatchObject(closedByServer)
  })
})

describe('A server that ends its side of the connection', () => {
  test('in the middle of a command loses the link', async () => {
    const transport = await hostThat({
      exec: (_, asked) => {
        withMarks(asked, () => {
          asked.endConnection()
        })
      },
    })
    await expect(output(transport)).rejects.toMatchObject(closedByServer)
  })

  test('behind a jump host loses the link just as well, though the jump host keeps the channel', async () => {
    const target = await serverThat({
      exec: (_, asked) => {
        withMarks(asked, () => {
          asked.endConnection()
        })
      },
    })
    const jump = await serverThat({
      forward: (port, asked) => {
        const channel = asked.accept()
        const way = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
        way.on('error', () => undefined)
        way.on('data', (data) => channel.write(data))
        way.on('end', () => {
          channel.eof()
        })
        channel.on('data', (data: Buffer) => way.write(data))
        channel.on('close', () => way.destroy())
      },
    })
    const transport = transportOver(hopTo(jump), hopTo(target))
    onTestFinished(() => transport.close())
    await expect(output(transport)).rejects.toMatchObject(closedByServer)
  })
})

test('An attempt to connect that fails when nobody waits for it any more harms nobody', async () => {
  const transport = transportOver(hopTo({ port: 1, knownHostsFile: '/nonexistent' }))
  onTestFinished(() => transport.close())
  const given = outputOf(transport, { name: 'a test', script: 'echo mine' }, AbortSignal.abort())
  await expect(given).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  const isOver = () => transport.log().some(({ text }) => text.startsWith('Not connected'))
  await eventually(isOver, { what: 'the attempt to fail' })
})
