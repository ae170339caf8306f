import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { openEngine } from '../../../electron/engine/open/open-engine'
import { followPulse, type Silence } from '../../../electron/session/engines/engine-pulse'
import { hopTo, nobodyAborts, transportOver } from '../../builders/hosts/ssh-host'
import { startPrivateDocker, type PrivateDocker } from '../../engines/docker/private-docker'
import { startPrivateSshd, type PrivateSshd } from '../../engines/ssh/private-sshd'
import { sshLine } from '../../engines/ssh/ssh-line'
import { eventually } from '../../engines/wait'

// What is slow here is so on purpose.
vi.setConfig({ testTimeout: 180_000 })

let server: PrivateSshd
let engine: PrivateDocker
let key: string

beforeAll(async () => {
  engine = await startPrivateDocker()
  server = await startPrivateSshd()
  key = await server.makeKey('ed25519')
  await server.authorize('root', key)
})

afterAll(async () => {
  await server.stop()
  await engine.stop()
})

/** The engine behind a line that carries no more than so many bytes a second. */
async function behindLine(bytesPerSecond: number) {
  const line = await sshLine(server.port, { bytesPerSecond })
  onTestFinished(() => line.close())
  const hop = { identityFiles: [key], hostKeyAlias: `[127.0.0.1]:${String(server.port)}` }
  const transport = transportOver(hopTo({ port: line.port, knownHostsFile: server.knownHostsFile }, hop))
  onTestFinished(() => transport.close())
  const opened = await openEngine(transport, engine.socketPath, nobodyAborts)
  onTestFinished(() => {
    opened.close()
  })
  return { transport, opened }
}

test('a line that is full of an answer is no silence of the engine, and one that stands still is', async () => {
  const { transport, opened } = await behindLine(200_000)
  const told: (Silence | undefined)[] = []
  const stopping = new AbortController()
  const pulse = followPulse(opened, (silence) => told.push(silence), stopping.signal)
  const lists: string[] = []
  let received = 0
  const large = { name: 'a test', script: 'head -c 4000000 /dev/zero' }
  for await (const part of transport.run(large, nobodyAborts)) {
    if (received === 0) {
      const listed = opened.containers({ all: true }, nobodyAborts)
      listed.then(
        () => lists.push('listed'),
        (error: unknown) => lists.push(String(error)),
      )
    }
    received += part.length
  }
  expect(received).toBe(4_000_000)
  expect(told).toEqual([])
  await eventually(() => lists.length === 1, { what: 'the list behind the answer' })
  expect(lists).toEqual(['listed'])

  await engine.kill('STOP')
  onTestFinished(() => engine.kill('CONT'))
  await eventually(() => told.length === 1, { what: 'the silence to be told' })
  expect(told[0]).toHaveProperty('since')
  stopping.abort()
  await pulse
})
