import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, runInContainer, startContainer } from '../../engines/docker/containers'
import { engineProxy } from '../../engines/engine/engine-proxy'
import { haltScript, heldFind, madeByHaltScript, type HeldFind } from '../../engines/held/held-find'
import { startPrivateSshd, type PrivateSshd } from '../../engines/ssh/private-sshd'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { sshLine, type SshLine } from '../../engines/ssh/ssh-line'
import { eventually } from '../../engines/wait'

// A line that says nothing is waited for, and then its host to be found again.
vi.setConfig({ testTimeout: 180_000 })

const engine = sharedEngine()
const container = uniqueName('listed')
let sshd: PrivateSshd
let identityFile: string
let lamina: LaminaUnderTest
/** Gives a listing a middle, for as long as it is wanted. */
let find: HeldFind

beforeAll(async () => {
  find = heldFind()
  sshd = await startPrivateSshd({ path: find.path })
  identityFile = await sshd.makeKey('ed25519')
  await sshd.authorize('root', identityFile)
  lamina = await laminaUnderTest(engine)
  await startContainer(engine.docker, { name: container, image: baseImage })
  await runInContainer(engine.docker, container, haltScript('/data'))
})

afterAll(async () => {
  await removeContainers(engine.docker, container)
  await lamina.close()
  await sshd.stop()
  find.remove()
})

test('a server that is killed while a list is asked for gives a failure and not a list', async () => {
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  let asked = 0
  proxy.interfere(/\/containers\/json/, async (_, answer, pass) => {
    asked += 1
    const { status, body } = await pass()
    answer.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    answer.write(body.slice(0, body.length / 2))
  })
  const host = sshd.address('root', proxy.dockerHost.slice('unix://'.length))
  const { hostId } = await lamina.value('hosts.connect', {
    host,
    identityFile,
    knownHostsFile: sshd.knownHostsFile,
  })
  onTestFinished(async () => void (await lamina.value('hosts.remove', { hostId })))
  const listing = lamina.failure('containers.list', { hostId })
  await eventually(() => asked > 0, { what: 'the list to be asked for' })
  await sshd.kill()
  expect(await listing).toMatchObject({ kind: 'connection-lost' })
  await sshd.start()
})

/** The host behind a line that can be disturbed. */
async function overLine(): Promise<{ hostId: string; line: SshLine }> {
  const line = await sshLine(sshd.port)
  onTestFinished(() => line.close())
  const knownHostsFile = join(sshd.folder, `known_hosts_of_${line.port}`)
  const known = await readFile(sshd.knownHostsFile, 'utf8')
  await writeFile(knownHostsFile, known.replaceAll(`:${sshd.port} `, `:${line.port} `))
  const { hostId } = await lamina.value('hosts.connect', {
    host: `ssh://root@127.0.0.1:${line.port}${engine.socketPath}`,
    identityFile,
    knownHostsFile,
  })
  onTestFinished(async () => void (await lamina.value('hosts.remove', { hostId })))
  return { hostId, line }
}

/** Lists again and again until the host is back, and gives how many changes there are then. */
async function listedAgain(hostId: string): Promise<number> {
  const again = await eventually(
    async () => {
      const answer = await lamina.lamina.call('changes.list', { hostId, containerId: container })
      return answer.ok ? (answer.value as { changes: readonly unknown[] }) : undefined
    },
    { every: 500, what: 'the host to be back' },
  )
  return again.changes.length
}

/** Opens the changes and stops where some of them are told and others are not. */
async function openedInTheMiddle(hostId: string) {
  const all = lamina.events('changes.progressed')
  find.hold()
  const { listingId } = await lamina.value('changes.open', { hostId, containerId: container, lens: 'host' })
  const pid = await find.caught()
  const last = () => all.findLast((one) => one.listingId === listingId)
  await eventually(() => (last()?.totals.added ?? 0) > 0, { what: 'first rows' })
  expect(last()).toMatchObject({ state: 'reading' })
  const ended = async () => {
    await eventually(() => last()?.state !== 'reading', { what: 'the listing to end' })
    return last()
  }
  return { last, pid, ended, close: () => lamina.value('changes.close', { listingId }) }
}

test('a server that is killed while changes are listed leaves them incomplete, and says so', async () => {
  const { hostId } = await overLine()
  const { ended, close } = await openedInTheMiddle(hostId)
  await sshd.kill()
  const last = await ended()
  expect(last).toMatchObject({ state: 'failed', failure: { kind: 'connection-lost' } })
  expect(last?.totals.added).toBeLessThan(madeByHaltScript)
  await close()

  await sshd.start()
  expect(await listedAgain(hostId)).toBe(madeByHaltScript)
})

test('a line that freezes while changes are listed ends the listing as lost, and says so', async () => {
  const { hostId, line } = await overLine()
  const { pid, ended, close } = await openedInTheMiddle(hostId)
  line.freeze()
  process.kill(pid, 'SIGCONT')
  // The link is given 15 seconds of silence.
  const { state, failure, totals } = (await ended()) ?? {}
  expect({ state, failure }).toMatchObject({ state: 'failed', failure: { kind: 'connection-lost' } })
  expect(failure?.message).toContain('Nothing was heard')
  expect(totals?.added).toBeLessThan(madeByHaltScript)
  await close()

  line.thaw()
  expect(await listedAgain(hostId)).toBe(madeByHaltScript)
})

test('a line that freezes for less than that only makes the listing late', async () => {
  const { hostId, line } = await overLine()
  const { last, pid, ended, close } = await openedInTheMiddle(hostId)
  line.freeze()
  process.kill(pid, 'SIGCONT')
  await eventually(() => !find.isThere(pid), { what: 'all to be said on the host' })
  // After five seconds of silence an answer is provoked.
  await eventually(() => line.withheld() > 0, { what: 'the silence to be noticed' })
  expect(last()).toMatchObject({ state: 'reading' })
  line.thaw()
  expect(await ended()).toMatchObject({ state: 'complete', totals: { added: madeByHaltScript } })
  expect(line.connections()).toBe(1)
  await close()
})
