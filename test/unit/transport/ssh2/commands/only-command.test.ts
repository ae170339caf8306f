import { describe, expect, test } from 'vitest'
import { outputOf } from '../../../../../electron/transport/transport'
import { hostThat } from '../../../../builders/hosts/scripted-host'
import { nobodyAborts } from '../../../../builders/hosts/ssh-host'
import type { Asked } from '../../../../engines/ssh/scripted-sshd'

/** Runs in the place of every command: says something to the first bytes that come, and ends unless it is to go on. */
function answering(answer: string, goesOn = false) {
  return (_: string, asked: Asked) => {
    const channel = asked.accept()
    channel.once('data', () => {
      channel.write(answer)
      if (goesOn) return
      channel.exit(1)
      channel.end()
    })
  }
}

const badRequest = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request'

describe('Of what runs in the place of every command', () => {
  test.each([
    ['an engine', badRequest, false, true],
    ['an engine that keeps its connection', badRequest, true, true],
    ['what gives back what it reads', 'exit\n', true, false],
    ['what says something else and waits', 'SSH-2.0', true, false],
    ['what says nothing and ends', '', false, false],
  ])('%s is told by its answer', async (_, answer, goesOn, leads) => {
    const transport = await hostThat({ exec: answering(answer, goesOn) })
    expect(await transport.leadsToEngine?.(nobodyAborts)).toBe(leads)
  })

  test('nothing is known where the server refuses', async () => {
    expect(await (await hostThat({})).leadsToEngine?.(nobodyAborts)).toBe(false)
  })
})

describe('A command where another one leads to an engine', () => {
  test('fails with that reason, the first one and all that follow', async () => {
    const lines: string[] = []
    const transport = await hostThat({
      exec: (line, asked) => {
        lines.push(line)
        answering(badRequest)(line, asked)
      },
    })
    const failure = {
      failure: {
        kind: 'command-failed',
        message: expect.stringMatching(/may only run one command/) as string,
      },
    }
    await expect(outputOf(transport, { name: 'a test', script: 'echo' }, nobodyAborts)).rejects.toMatchObject(
      failure,
    )
    expect(await transport.leadsToEngine?.(nobodyAborts)).toBe(true)
    const tried = lines.length
    await expect(outputOf(transport, { name: 'a test', script: 'echo' }, nobodyAborts)).rejects.toMatchObject(
      failure,
    )
    expect(lines).toHaveLength(tried)
  })
})
