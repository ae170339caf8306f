import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, startContainer } from '../../engines/containers'
import { engineProxy } from '../../engines/engine-proxy'
import { manyFilesTar } from '../../engines/many-files-tar'
import { startPrivateSshd, type PrivateSshd } from '../../engines/private-sshd'
import { baseImage, sharedEngine, uniqueName } from '../../engines/shared-engine'
import { sshLine, type SshLine } from '../../engines/ssh-line'
import { eventually } from '../../engines/wait'

const engine = sharedEngine()
const container = uniqueName('listed')
/** So many that not all of them can be on their way at once: a channel's window is 2 MiB. */
const files = 60_000
/** With the one they are all in. */
const folders = 61
let sshd: PrivateSshd
let identityFile: string
let lamina: LaminaUnderTest

beforeAll(async () => {
  sshd = await startPrivateSshd()
  identityFile = await sshd.makeKey('ed25519')
  await sshd.authorize('root', identityFile)
  lamina = await laminaUnderTest(engine)
  await startContainer(engine.docker, { name: container, image: baseImage })
  await engine.docker(['exec', '--interactive', container, 'tar', '-x', '-C', '/'], {
    input: manyFilesTar('data', files),
  })
})

afterAll(async () => {
  await removeContainers(engine.docker, container)
  await lamina.close()
  await sshd.stop()
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

/** The host behind a line so slow that a listing has a middle. */
async function overSlowLine(): Promise<{ hostId: string; line: SshLine }> {
  const line = await sshLine(sshd.port, { bytesPerSecond: 1_000_000 })
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
    { within: 60_000, every: 500, what: 'the host to be back' },
  )
  return again.changes.length
}

test('a server that is killed while changes are listed leaves them incomplete, and says so', async () => {
  const { hostId } = await overSlowLine()
  const progress = lamina.events('changes.progressed')
  const opened = await lamina.value('changes.open', { hostId, containerId: container })
  await eventually(() => progress.some(({ totals }) => totals.added > 0), { what: 'first rows' })
  await sshd.kill()
  await eventually(() => progress.at(-1)?.state !== 'reading', { what: 'the listing to end' })
  expect(progress.at(-1)).toMatchObject({ state: 'failed', failure: { kind: 'connection-lost' } })
  expect(progress.at(-1)?.totals.added).toBeLessThan(files)
  await lamina.value('changes.close', { listingId: opened.listingId })

  await sshd.start()
  expect(await listedAgain(hostId)).toBeGreaterThan(files)
})

/** Opens the changes and waits for the first of them. */
async function openedInTheMiddle(hostId: string) {
  const progress = lamina.events('changes.progressed')
  const { listingId } = await lamina.value('changes.open', { hostId, containerId: container, lens: 'host' })
  await eventually(() => progress.some(({ totals }) => totals.added > 0), { what: 'first rows' })
  const ended = (within: number) =>
    eventually(() => progress.at(-1)?.state !== 'reading', { within, what: 'the listing to end' })
  return { progress, ended, close: () => lamina.value('changes.close', { listingId }) }
}

test('a line that freezes while changes are listed ends the listing as lost, and says so', async () => {
  const { hostId, line } = await overSlowLine()
  const { progress, ended, close } = await openedInTheMiddle(hostId)
  line.freeze()
  // The link is given 15 seconds of silence.
  await ended(60_000)
  const { state, failure, totals } = progress.at(-1) ?? {}
  expect({ state, failure }).toMatchObject({ state: 'failed', failure: { kind: 'connection-lost' } })
  expect(failure?.message).toContain('Nothing was heard')
  expect(totals?.added).toBeLessThan(files)
  await close()

  line.thaw()
  expect(await listedAgain(hostId)).toBeGreaterThan(files)
})

test('a line that freezes for less than that only makes the listing late', async () => {
  const { hostId, line } = await overSlowLine()
  const { progress, ended, close } = await openedInTheMiddle(hostId)
  line.freeze()
  await sleep(3000)
  expect(progress.at(-1)).toMatchObject({ state: 'reading' })
  line.thaw()
  await ended(60_000)
  expect(progress.at(-1)).toMatchObject({ state: 'complete', totals: { added: files + folders } })
  expect(line.connections()).toBe(1)
  await close()
})
