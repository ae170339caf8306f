import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../builders/lamina-under-test'
import { removeContainers, startContainer } from '../engines/containers'
import { engineProxy, type EngineProxy } from '../engines/engine-proxy'
import { manyFilesTar } from '../engines/many-files-tar'
import { startPrivateSshd, type PrivateSshd, type SshdUser } from '../engines/private-sshd'
import { baseImage, sharedEngine, uniqueName } from '../engines/shared-engine'
import { eventually } from '../engines/wait'

// A look rests twenty times as long as it took, which is long on a machine with other work.
vi.setConfig({ testTimeout: 120_000 })

const engine = sharedEngine()
const container = uniqueName('left')
/**
 * So many, and with paths so long, that `find` cannot say it all before it is caught: a channel of SSH takes 2 MiB ahead of who
 * reads (ssh2), and as much again once that was read.
 */
const files = 40_000
const folder = 'long-name-'.repeat(7)
let lamina: LaminaUnderTest
/** The engine behind a socket that every account may use. */
let everybodys: EngineProxy
let sshd: PrivateSshd
// As root the command's process group is killed; as somebody with sudo the processes are root's and end by their input.
const hosts = [
  ['this machine', undefined],
  ['a host over SSH, as root,', 'root'],
  ['a host over SSH, as one with sudo,', 'helper'],
] as const
const hostIds = new Map<SshdUser | undefined, string>([[undefined, 'local']])

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  everybodys = await engineProxy(engine.socketPath)
  const openSocket = everybodys.dockerHost.slice('unix://'.length)
  await chmod(dirname(openSocket), 0o711)
  await chmod(openSocket, 0o666)
  sshd = await startPrivateSshd()
  for (const [, user] of hosts) {
    if (user === undefined) continue
    const identityFile = await sshd.makeKey('ed25519')
    await sshd.authorize(user, identityFile)
    const { knownHostsFile } = sshd
    const host = sshd.address(user, openSocket)
    hostIds.set(user, (await lamina.value('hosts.connect', { host, identityFile, knownHostsFile })).hostId)
  }
  await startContainer(engine.docker, { name: container, image: baseImage })
  await engine.docker(['exec', '--interactive', container, 'tar', '-x', '-C', '/'], {
    input: manyFilesTar(folder, files),
  })
})

afterAll(async () => {
  await lamina.close()
  await sshd.stop()
  await everybodys.close()
  await removeContainers(engine.docker, container)
})

/** Process ids of `find` as the host lens runs it in a directory of this engine, and of no other one. Looked up without waiting, so that the listing stands still meanwhile. */
function finds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const line = commandLineOf(pid)
      return line.startsWith('find\0.\0') && line.includes('-printf') && isInEngine(pid)
    })
}

function isInEngine(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(engine.dataRoot)
  } catch {
    return false
  }
}

/** Empty for a process that has ended, also where nobody has asked for its status yet. */
function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}

function isThere(pid: number): boolean {
  return finds().includes(pid)
}

/** Stops the process that began to read the changes meanwhile, so that it can only end by being ended. */
function stopped(before: ReadonlySet<number>): number | undefined {
  const pid = finds().find((one) => !before.has(one))
  if (pid === undefined || !sent(pid, 'SIGSTOP') || !isThere(pid)) return undefined
  onTestFinished(() => {
    if (isThere(pid)) sent(pid, 'SIGKILL')
  })
  return pid
}

/** False for a process that has ended. */
function sent(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

async function expectNoneLeft(listingId: string, pid: number): Promise<void> {
  expect(isThere(pid)).toBe(true)
  expect(await lamina.value('changes.close', { listingId })).toEqual({ closed: true })
  await eventually(() => !isThere(pid), { within: 5000, what: 'find to end' })
}

describe.each(hosts)('A listing of %s that is closed leaves no find behind', (_, user) => {
  const place = () => ({ hostId: hostIds.get(user) ?? '', containerId: container, lens: 'host' as const })

  test('while it looks', async () => {
    const before = new Set(finds())
    const { listingId } = await lamina.value('changes.open', place())
    const pid = stopped(before)
    if (pid === undefined) throw new Error('find was over before it was looked for')
    await expectNoneLeft(listingId, pid)
  })

  // Whoever looks again by hand waits for the same command as a live listing does after news.
  test('while it looks again', async () => {
    const told = lamina.events('changes.progressed')
    const { listingId } = await lamina.value('changes.open', place())
    const isRead = () => told.some((one) => one.listingId === listingId && one.notes === 'complete')
    await eventually(isRead, { within: 60_000, what: 'the first look to end' })
    const before = new Set(finds())
    const again = lamina.failure('changes.refresh', { listingId })
    const pid = await eventually(() => stopped(before), {
      every: 5,
      what: 'find to be caught while it reads',
    })
    await expectNoneLeft(listingId, pid)
    expect(await again).toMatchObject({ kind: 'cancelled' })
  })
})

// Nothing is written, so that it reads all of it each time to find that out. It rests twenty times as long in between.
test('A live listing that is closed while it looks for news leaves no find behind', async () => {
  const told = lamina.events('changes.progressed')
  const { listingId } = await lamina.value('changes.open', {
    hostId: 'local',
    containerId: container,
    lens: 'host',
    live: true,
  })
  const isLive = () => told.some((one) => one.listingId === listingId && one.live.on)
  await eventually(isLive, { within: 60_000, what: 'the listing to be live' })
  const before = new Set(finds())
  const what = 'find to be caught while it reads'
  const pid = await eventually(() => stopped(before), { within: 90_000, every: 5, what })
  await expectNoneLeft(listingId, pid)
})
