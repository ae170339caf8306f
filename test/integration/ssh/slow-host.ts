import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { OperationInput, OperationOutput } from '../../../electron/contract/contract'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { runInContainer, startContainer } from '../../engines/docker/containers'
import { importImage } from '../../engines/images/images'
import type { PrivateDocker } from '../../engines/docker/private-docker'
import { startPrivateSshd, type PrivateSshd, type PrivateSshdOptions } from '../../engines/ssh/private-sshd'
import { slowLine, type SlowLine } from '../../engines/faults/slow-line'
import { eventually } from '../../engines/wait'

/** Bytes a second of a line of one megabit. */
export const megabit = 125_000
/** Bytes a second of a line that nobody waits for. */
export const unhindered = 1_000_000_000
/** Bytes of the large files. */
export const large = 6_000_000
/** Bytes that may go one way before a small answer: a small part of what is on its way. Docker's own answers have some thousand. */
export const soon = 500_000

/** A host behind a slow line. */
export interface SlowHost {
  readonly line: SlowLine
  readonly lamina: LaminaUnderTest
  readonly hostId: string
}

/** Makes containers `large` and `other` whose image has /i/large; `large` has also /d/large and /d/other. Gives the digest of the large files. */
export async function makeLargeContainers({ docker }: PrivateDocker): Promise<string> {
  const content = Buffer.alloc(large)
  // No line makes less of it.
  for (let at = 0, block = Buffer.from('lamina'); at < large; at += block.length) {
    block = createHash('sha256').update(block).digest()
    block.copy(content, at)
  }
  await importImage(docker, 'large:1', { 'i/large': content })
  for (const name of ['large', 'other']) await startContainer(docker, { name, image: 'large:1' })
  const script = 'mkdir /d; cp /i/large /d/large; cp /i/large /d/other; sha256sum /d/other'
  const digest = (await runInContainer(docker, 'large', script)).slice(0, 64)
  expect(digest).toBe(createHash('sha256').update(content).digest('hex'))
  return digest
}

export interface SlowHostOptions extends PrivateSshdOptions {
  /** The server before the line, where there is one already. */
  readonly server?: PrivateSshd
}

/** Connects a host behind a line that becomes slow then, with its lists read once. */
export async function behindSlowLine(
  engine: PrivateDocker,
  { server, ...options }: SlowHostOptions = {},
): Promise<SlowHost & { readonly server: PrivateSshd }> {
  const sshd = server ?? (await startPrivateSshd(options))
  if (server === undefined) onTestFinished(() => sshd.stop())
  const identityFile = await sshd.makeKey('ed25519')
  await sshd.authorize('root', identityFile)
  const line = await slowLine({ port: sshd.port }, unhindered)
  onTestFinished(() => line.close())
  const knownHostsFile = join(sshd.folder, `known_hosts_of_${line.port}`)
  const known = await readFile(sshd.knownHostsFile, 'utf8')
  await writeFile(knownHostsFile, known.replaceAll(`:${sshd.port} `, `:${line.port} `))
  const lamina = await laminaUnderTest(engine)
  onTestFinished(() => lamina.close())
  const host = `ssh://root@127.0.0.1:${line.port}${engine.socketPath}`
  const { hostId } = await lamina.value('hosts.connect', { host, identityFile, knownHostsFile })
  await lamina.value('containers.list', { hostId, all: true })
  line.toClient.bytesPerSecond = megabit
  line.toTarget.bytesPerSecond = megabit
  return { server: sshd, line, lamina, hostId }
}

export interface Saving {
  readonly done: Promise<OperationOutput<'content.save'>>
  stop(): Promise<void>
  /** Digest of what was saved. */
  digest(): Promise<string>
}

/** Begins to save a file of the container `large` and resolves when much of it has come. */
export async function saving(
  { lamina, line, hostId }: SlowHost,
  more: Partial<OperationInput<'content.save'>> = {},
): Promise<Saving> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-busy-'))
  const toFile = join(folder, 'saved')
  const stopping = new AbortController()
  const before = line.toClient.bytes
  const input = { hostId, containerId: 'large', path: '/d/large', side: 'upper', toFile } as const
  const done = lamina.value('content.save', { ...input, ...more }, stopping.signal)
  done.catch(() => undefined)
  await eventually(() => line.toClient.bytes - before > 300_000, { what: 'the file to come' })
  const stop = async () => {
    stopping.abort()
    await done.catch(() => undefined)
  }
  onTestFinished(async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  })
  const digest = async () =>
    createHash('sha256')
      .update(await readFile(toFile))
      .digest('hex')
  return { done, stop, digest }
}

/** Reads lists, details and an event one after the other, and expects that little comes before each of them. */
export async function expectSmallAnswersSoon(
  { lamina, line, hostId }: SlowHost,
  engine: PrivateDocker,
): Promise<void> {
  const late: Record<string, number> = {}
  const soonAfter = async (name: string, work: () => Promise<unknown>) => {
    const before = [line.toClient.bytes, line.toTarget.bytes] as const
    await work()
    const bytes = line.toClient.bytes - before[0] + line.toTarget.bytes - before[1]
    if (bytes > soon) late[name] = bytes
  }
  await soonAfter('containers.list', () => lamina.value('containers.list', { hostId, all: true }))
  await soonAfter('images.list', () => lamina.value('images.list', { hostId }))
  // Docker 20.10 itself lets nobody look at a container whose archive it gives.
  await soonAfter('details', () => lamina.value('containers.inspect', { hostId, containerId: 'other' }))
  const events = lamina.events('containers.changed')
  await soonAfter('event', async () => {
    await engine.docker(['create', 'large:1'])
    await eventually(() => events.length > 0, { what: 'the event' })
  })
  expect(late).toEqual({})
}
