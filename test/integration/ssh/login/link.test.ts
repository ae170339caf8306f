import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { HopSettings } from '../../../../electron/transport/ssh-config/hop-settings'
import type { SshTransport } from '../../../../electron/transport/ssh2/ssh-transport'
import { outputOf } from '../../../../electron/transport/transport'
import { hopTo, nobodyAborts, person, transportOver } from '../../../builders/hosts/ssh-host'
import {
  startPrivateSshd,
  type PrivateSshd,
  type PrivateSshdOptions,
} from '../../../engines/ssh/private-sshd'
import { sharedEngine } from '../../../engines/docker/shared-engine'
import { sshLine, type LineOptions, type SshLine } from '../../../engines/ssh/ssh-line'
import { eventually } from '../../../engines/wait'

// Some lose a link by silence, others are slow on purpose.
vi.setConfig({ testTimeout: 180_000 })

const engine = sharedEngine()
let server: PrivateSshd
let key: string

beforeAll(async () => {
  server = await startPrivateSshd()
  key = await server.makeKey('ed25519')
  await server.authorize('root', key)
})

afterAll(() => server.stop())

function over(place: { readonly port: number }, changes: Partial<HopSettings> = {}): SshTransport {
  const transport = transportOver(
    hopTo({ port: place.port, knownHostsFile: server.knownHostsFile }, { identityFiles: [key], ...changes }),
  )
  onTestFinished(() => transport.close())
  return transport
}

/** The host behind a line that can be disturbed. Its key is known under the port it listens on. */
async function overLine(options: LineOptions = {}): Promise<{ line: SshLine; transport: SshTransport }> {
  const line = await sshLine(server.port, options)
  onTestFinished(() => line.close())
  return { line, transport: over(line, { hostKeyAlias: `[127.0.0.1]:${String(server.port)}` }) }
}

async function onOwnServer(options: PrivateSshdOptions = {}) {
  const own = await startPrivateSshd(options)
  onTestFinished(() => own.stop())
  await own.authorize('root', key)
  const transport = transportOver(hopTo(own, { identityFiles: [key] }))
  onTestFinished(() => transport.close())
  return { own, transport }
}

const said = async (transport: SshTransport, script: string): Promise<string> =>
  (await outputOf(transport, { name: 'a test', script }, nobodyAborts)).toString()

/** What a stream breaks with. */
async function breakOf(stream: Duplex): Promise<unknown> {
  const [error] = (await once(stream, 'error')) as [unknown]
  return error
}

const lost = { failure: { kind: 'connection-lost' } }

describe('A link that is lost', () => {
  test('by silence shows on streams and commands, and is made again when the line is back', async () => {
    const { line, transport } = await overLine()
    const stream = await transport.openStream(engine.socketPath, nobodyAborts)
    const broken = breakOf(stream)
    const running = said(transport, 'echo begun; exec sleep 600')
    running.catch(() => undefined)
    line.freeze()
    // What the design promises is that it shows within 20 seconds; how late a busy machine looks is not asserted here.
    expect(await broken).toMatchObject({
      failure: { kind: 'connection-lost', message: expect.stringMatching(/for 1[5-9] seconds/) as string },
    })
    await expect(running).rejects.toMatchObject(lost)
    line.thaw()
    expect(await said(transport, 'echo back')).toBe('back\n')
    expect(line.connections()).toBe(2)
  })

  test('by a cut shows at once', async () => {
    const { line, transport } = await overLine()
    const broken = breakOf(await transport.openStream(engine.socketPath, nobodyAborts))
    line.cut()
    expect(await broken).toMatchObject(lost)
    expect(await said(transport, 'echo back')).toBe('back\n')
  })

  test('with its server is made again when the server is back, without asking anybody', async () => {
    const { own, transport } = await onOwnServer()
    expect(await said(transport, 'echo one')).toBe('one\n')
    await own.kill()
    await expect(said(transport, 'echo none')).rejects.toMatchObject({
      failure: { kind: expect.stringMatching(/connection-lost|host-unreachable/) as string },
    })
    await own.start()
    expect(await said(transport, 'echo two')).toBe('two\n')
  })

  test('in the middle of an output never gives a short one', async () => {
    const { own, transport } = await onOwnServer()
    let bytes = 0
    const reading = (async () => {
      const endless = transport.run({ name: 'a test', script: 'cat /dev/zero' }, nobodyAborts)
      for await (const chunk of endless) {
        if (bytes === 0) void own.kill()
        bytes += chunk.length
      }
    })()
    await expect(reading).rejects.toMatchObject(lost)
    expect(bytes).toBeGreaterThan(0)
  })

  test('says why in the log', async () => {
    const { line, transport } = await overLine()
    const broken = breakOf(await transport.openStream(engine.socketPath, nobodyAborts))
    line.cut()
    await broken
    expect(transport.log().some(({ text }) => text.startsWith('The link is gone: '))).toBe(true)
  })
})

describe('A line', () => {
  test('of 1 Mbit/s that is full for half a minute is not cut', async () => {
    const { line, transport } = await overLine({ bytesPerSecond: 125_000 })
    let bytes = 0
    for await (const chunk of transport.run(
      { name: 'a test', script: 'head -c 3000000 /dev/urandom' },
      nobodyAborts,
    ))
      bytes += chunk.length
    expect(bytes).toBe(3_000_000)
    expect(line.connections()).toBe(1)
  })

  test('with a long way carries many streams at once', async () => {
    const { line, transport } = await overLine({ delay: 25 })
    const streams = await Promise.all(
      Array.from({ length: 40 }, () => transport.openStream(engine.socketPath, nobodyAborts)),
    )
    for (const stream of streams) stream.destroy()
    expect(line.connections()).toBe(1)
  })
})

describe('A server', () => {
  test('may exchange keys anew while much is under way', async () => {
    const { transport } = await onOwnServer({ config: ['RekeyLimit 1M'] })
    let bytes = 0
    const beside: Promise<string>[] = []
    for await (const chunk of transport.run(
      { name: 'a test', script: 'head -c 20000000 /dev/zero' },
      nobodyAborts,
    )) {
      if (bytes === 0) beside.push(...Array.from({ length: 20 }, () => said(transport, 'echo beside')))
      bytes += chunk.length
    }
    expect(bytes).toBe(20_000_000)
    expect(new Set(await Promise.all(beside))).toEqual(new Set(['beside\n']))
    const sent = Buffer.alloc(5_000_000, 'a')
    const received = await outputOf(transport, { name: 'a test', script: 'cat', input: sent }, nobodyAborts)
    expect(received.equals(sent)).toBe(true)
    expect(await said(transport, 'echo after')).toBe('after\n')
  })

  test('may have something to say first', async () => {
    const folder = server.folder
    await writeFile(join(folder, 'banner'), 'Authorised use only.\nSmile.\n')
    const { transport } = await onOwnServer({ config: [`Banner ${join(folder, 'banner')}`] })
    await transport.open(undefined, nobodyAborts)
    expect(transport.log().map(({ text }) => text)).toContain(
      'The server says: Authorised use only.\\nSmile.',
    )
  })

  test('may take ten seconds to let somebody in', async () => {
    const { transport } = await onOwnServer({
      pam: ['auth required pam_unix.so', 'account required pam_exec.so quiet /bin/sleep 10'],
    })
    expect(await said(transport, 'echo in')).toBe('in\n')
  })

  test('that refuses is not asked again before a person wants it', async () => {
    const { line } = await overLine()
    const stranger = await server.makeKey('ed25519')
    const transport = over(line, {
      hostKeyAlias: `[127.0.0.1]:${String(server.port)}`,
      identityFiles: [stranger],
      user: 'stranger',
    })
    for (let round = 0; round < 3; round += 1) {
      await expect(transport.openStream(engine.socketPath, nobodyAborts)).rejects.toMatchObject({
        failure: { kind: expect.stringMatching(/authentication-failed|prompt-required/) as string },
      })
    }
    expect(line.connections()).toBe(1)
    await expect(transport.open(person(), nobodyAborts)).rejects.toThrow()
    expect(line.connections()).toBe(2)
  })

  test('that takes connections and says nothing is given up in time', async () => {
    const { line } = await overLine()
    line.freeze()
    const transport = over(line, { connectTimeout: 1_000 })
    await expect(transport.open(undefined, nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'host-unreachable' },
    })
  })

  test('is left alone when nobody wants it any more', async () => {
    const { line } = await overLine()
    line.freeze()
    const transport = over(line)
    const givingUp = new AbortController()
    const opening = transport.open(person(), givingUp.signal)
    opening.catch(() => undefined)
    await eventually(() => line.withheld() > 0, { what: 'the server to be spoken to' })
    givingUp.abort()
    await expect(opening).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  })
})
