import type { Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hopTo, nobodyAborts, transportOver } from '../../builders/hosts/ssh-host'
import { payload } from '../../engines/faults/raw-connection'
import { agreeableLists, kexinit, sshPacket, startRawServer } from '../../engines/ssh/raw-server'

const offer = sshPacket(kexinit(...agreeableLists))

/** What a server is lost of that says this again and again in the middle of the first key exchange. */
async function lossOf(part: Buffer): Promise<{ readonly failure: unknown; readonly connections: number }> {
  let connections = 0
  const server = await startRawServer((socket: Socket) => {
    connections += 1
    socket.write('SSH-2.0-OpenSSH_9.9\r\n')
    socket.write(offer)
    const parts = Buffer.concat(Array.from({ length: 200 }, () => part))
    const write = () => {
      while (!socket.destroyed && socket.write(parts));
    }
    // What comes first is the client's version.
    socket.once('data', write).on('drain', write)
  })
  onTestFinished(() => server.close())
  const transport = transportOver(hopTo({ port: server.port, knownHostsFile: '/dev/null' }))
  onTestFinished(() => transport.close())
  const error: unknown = await transport.open(undefined, nobodyAborts).catch((reason: unknown) => reason)
  return { failure: (error as { failure: unknown }).failure, connections }
}

describe('a server that does not come to an end of the key exchange', () => {
  test.each<[string, Buffer]>([
    ['padding', payload(2, 'x')],
    ['debug messages', payload(4, true, 'x', '')],
    ['beginnings of it', kexinit(...agreeableLists)],
    ['answers without keys', payload(31)],
    ['answers that are none', payload(31, 'x', 'y', 'z')],
    ['new keys', payload(21)],
    ['accepted logins', payload(52)],
    ['channels', payload(90, 'session', [0], [0x20_0000], [0x8000])],
    ['messages of an unknown number', payload(199)],
  ])('is given up for %s, once', async (_, flood) => {
    const { failure, connections } = await lossOf(sshPacket(flood))
    expect(failure).toMatchObject({
      kind: expect.stringMatching(/server-misbehaved|host-unreachable/) as string,
    })
    expect(connections).toBe(1)
  })
})
