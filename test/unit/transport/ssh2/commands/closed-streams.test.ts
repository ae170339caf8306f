import { existsSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { PromptAnswer } from '../../../../../electron/core/hosts/prompt'
import { EngineHttp } from '../../../../../electron/engine/http/http'
import { readyMark } from '../../../../../electron/transport/ssh2/commands/shell-loop'
import type { SshTransport } from '../../../../../electron/transport/ssh2/ssh-transport'
import { hostThat, serverThat } from '../../../../builders/hosts/scripted-host'
import { hopTo, nobodyAborts, transportOver } from '../../../../builders/hosts/ssh-host'
import type { Asked } from '../../../../engines/ssh/scripted-sshd'
import { eventually } from '../../../../engines/wait'

async function askedOver(transport: SshTransport): Promise<unknown> {
  const http = new EngineHttp(transport, '/engine.sock')
  onTestFinished(() => {
    http.close()
  })
  return await http.send({ path: '/_ping' }, nobodyAborts)
}

describe("A stream to an engine's socket that the server closes", () => {
  test('as soon as it is open breaks the request', async () => {
    const transport = await hostThat({
      stream: (_, asked) => {
        asked.inOnePiece(() => {
          asked.accept().close()
        })
      },
    })
    await expect(askedOver(transport)).rejects.toMatchObject({
      failure: {
        kind: 'engine-unreachable',
        message: expect.stringContaining('the other side closed it') as string,
      },
    })
  })

  test('with the connection as soon as it is open loses the link', async () => {
    const transport = await hostThat({
      stream: (_, asked) => {
        asked.inOnePiece(() => {
          asked.accept()
          asked.endConnection()
        })
      },
    })
    await expect(askedOver(transport)).rejects.toMatchObject({ failure: { kind: 'connection-lost' } })
  })

  test('with the connection while nobody listens to it yet ends nothing else', async () => {
    const transport = await hostThat({
      stream: (_, asked) => {
        asked.accept()
        asked.endConnection()
      },
    })
    const stream = await transport.openStream('/engine.sock', nobodyAborts)
    await new Promise((resolve) => stream.once('close', resolve))
    expect(stream.errored).toMatchObject({ failure: { kind: 'connection-lost' } })
  })
})

/** A host that forwards no streams and says that docker could stand in, whose `dial-stdio` then does what a test says. */
async function hostWhoseTool(does: (asked: Asked) => void): Promise<SshTransport> {
  return await hostThat({
    exec: (command, asked) => {
      if (command.includes('dial-stdio')) {
        does(asked)
        return
      }
      const channel = asked.accept()
      channel.write(readyMark)
      let heard = ''
      channel.on('data', (data: Buffer) => {
        heard += data.toString('latin1')
        const [, begin = '', end = ''] = /^(.+)\n(.+)\n/.exec(heard) ?? []
        if (!heard.endsWith('/engine.sock\n')) return
        channel.write(`${begin}usable\ndocker\nroot\ndocker\n${end}0;`)
        channel.exit(0)
        channel.close()
      })
    },
  })
}

describe('A command that stands in for a forwarded stream', () => {
  test('and is closed before anything was written to it is not taken for one that works', async () => {
    const transport = await hostWhoseTool((asked) => {
      asked.inOnePiece(() => {
        asked.accept().stderr.write('no docker for you')
        asked.accept().close()
      })
    })
    await expect(transport.openStream('/engine.sock', nobodyAborts)).rejects.toMatchObject({
      failure: {
        kind: 'engine-unreachable',
        message: expect.stringContaining('docker could not stand in') as string,
      },
    })
    expect(transport.log().at(-1)?.text).toContain('no docker for you')
  })

  test('and closes its output without ending is not waited for', async () => {
    const transport = await hostWhoseTool((asked) => {
      const channel = asked.accept()
      channel.once('data', () => {
        channel.eof()
      })
    })
    await expect(transport.openStream('/engine.sock', nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'engine-unreachable' },
    })
  })

  test('and loses the connection before it begins is a lost link', async () => {
    const transport = await hostWhoseTool((asked) => {
      asked.accept().once('data', () => {
        asked.endConnection()
      })
    })
    await expect(transport.openStream('/engine.sock', nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'connection-lost' },
    })
  })
})

describe('A connection that is lost while a person is asked', () => {
  test.each(['host-key', 'password', 'keyboard-interactive'] as const)(
    '(%s) is told at once',
    async (kind) => {
      const server = await serverThat({
        login: (attempt) => {
          if (attempt.method === 'none' && kind !== 'host-key') attempt.reject([kind])
          else if (attempt.method === 'keyboard-interactive')
            attempt.prompt([{ prompt: 'Password: ', echo: false }], () => undefined)
          else attempt.accept()
        },
      })
      const knownHostsFile = kind === 'host-key' ? `${server.knownHostsFile}.met` : server.knownHostsFile
      const transport = transportOver(hopTo({ port: server.port, knownHostsFile }))
      onTestFinished(() => transport.close())
      let answer: (given: PromptAnswer) => void = () => undefined
      let opening: Promise<void> | undefined
      await new Promise<void>((isAsked) => {
        const ask = () => {
          isAsked()
          return new Promise<PromptAnswer>((resolve) => (answer = resolve))
        }
        opening = transport.open(ask, nobodyAborts)
      })
      server.dropConnections()
      await expect(opening).rejects.toMatchObject({
        failure: {
          kind: 'host-unreachable',
          message: expect.stringContaining('the other side closed it') as string,
        },
      })
      // What is entered too late goes nowhere and harms nobody: what it would throw would fail this run.
      answer({ values: ['too late'] })
      const isDropped = () => transport.log().some(({ text }) => text.endsWith('counts for nothing'))
      if (kind === 'host-key') await eventually(isDropped, { what: 'the answer to be dropped' })
      await new Promise<void>((resolve) => setImmediate(resolve))
      expect(existsSync(`${server.knownHostsFile}.met`)).toBe(false)
    },
  )
})
