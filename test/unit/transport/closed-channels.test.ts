import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { outputOf } from '../../../electron/transport/transport'
import { hostThat, serverThat } from '../../builders/scripted-host'
import { hopTo, nobodyAborts, transportOver } from '../../builders/ssh-host'
import type { Asked } from '../../engines/scripted-sshd'
import { eventually } from '../../engines/wait'

/** Reads what a client sends until it has the two marks in front of a command, which stand a line each. */
function withMarks(asked: Asked, then: (begin: string, end: string) => void): void {
  const channel = asked.accept()
  let heard = ''
  channel.on('data', (data: Buffer) => {
    const had = heard
    heard += data.toString('latin1')
    const marks = /^(.+)\n(.+)\n/
    const [, begin, end] = marks.exec(heard) ?? []
    if (begin !== undefined && end !== undefined && !marks.test(had)) then(begin, end)
  })
}

const output = async (transport: Awaited<ReturnType<typeof hostThat>>, input = Buffer.alloc(0)) =>
  (await outputOf(transport, { script: 'echo mine', input }, nobodyAborts)).toString()

const closedByServer = {
  failure: {
    kind: 'connection-lost',
    message: expect.stringContaining('the other side closed it') as string,
  },
}

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
  const given = outputOf(transport, { script: 'echo mine' }, AbortSignal.abort())
  await expect(given).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  const isOver = () => transport.log().some(({ text }) => text.startsWith('Not connected'))
  await eventually(isOver, { what: 'the attempt to fail' })
})
