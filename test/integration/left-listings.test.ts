import { readdirSync, readFileSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../builders/lamina-under-test'
import { removeContainers, startContainer } from '../engines/containers'
import { engineProxy, type EngineProxy } from '../engines/engine-proxy'
import { manyFilesTar } from '../engines/many-files-tar'
import { startPrivateSshd } from '../engines/private-sshd'
import { baseImage, sharedEngine, uniqueName } from '../engines/shared-engine'
import { eventually } from '../engines/wait'

const engine = sharedEngine()
const container = uniqueName('left')
/** So many that `find` is caught while it still has most of them before it. */
const files = 60_000
let lamina: LaminaUnderTest
/** The engine behind a socket that every account may use. */
let everybodys: EngineProxy
let openSocket: string

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  everybodys = await engineProxy(engine.socketPath)
  openSocket = everybodys.dockerHost.slice('unix://'.length)
  await chmod(dirname(openSocket), 0o711)
  await chmod(openSocket, 0o666)
  await startContainer(engine.docker, { name: container, image: baseImage })
  await engine.docker(['exec', '--interactive', container, 'tar', '-x', '-C', '/'], {
    input: manyFilesTar('data', files),
  })
})

afterAll(async () => {
  await lamina.close()
  await everybodys.close()
  await removeContainers(engine.docker, container)
})

/** Process ids of `find` as the host lens runs it. Looked up without waiting, so that the listing stands still meanwhile. */
function finds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const line = commandLineOf(pid)
      return line.startsWith('find\0.\0') && line.includes('-printf')
    })
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

/** Opens the changes and gives the process that reads them on the host, stopped, so that it can only end by being ended. */
async function openedAndStopped(hostId: string): Promise<{ listingId: string; pid: number }> {
  const before = new Set(finds())
  const { listingId } = await lamina.value('changes.open', { hostId, containerId: container, lens: 'host' })
  const pid = finds().find((one) => !before.has(one))
  if (pid === undefined) throw new Error('find was over before it was looked for')
  process.kill(pid, 'SIGSTOP')
  onTestFinished(() => {
    if (isThere(pid)) process.kill(pid, 'SIGKILL')
  })
  return { listingId, pid }
}

test('a listing of this machine that is closed leaves no find behind', async () => {
  const { listingId, pid } = await openedAndStopped('local')
  expect(isThere(pid)).toBe(true)
  expect(await lamina.value('changes.close', { listingId })).toEqual({ closed: true })
  await eventually(() => !isThere(pid), { within: 5000, what: 'find to end' })
})

// As root the command's process group is killed; as somebody with sudo the processes are root's and end by their input.
test.each(['root', 'helper'] as const)(
  'a listing of a host over SSH, as %s, that is closed leaves no find behind',
  async (user) => {
    const sshd = await startPrivateSshd()
    onTestFinished(() => sshd.stop())
    const identityFile = await sshd.makeKey('ed25519')
    await sshd.authorize(user, identityFile)
    const { hostId } = await lamina.value('hosts.connect', {
      host: sshd.address(user, openSocket),
      identityFile,
      knownHostsFile: sshd.knownHostsFile,
    })
    const { listingId, pid } = await openedAndStopped(hostId)
    expect(isThere(pid)).toBe(true)
    await lamina.value('changes.close', { listingId })
    await eventually(() => !isThere(pid), { within: 5000, what: 'find to end' })
  },
)
