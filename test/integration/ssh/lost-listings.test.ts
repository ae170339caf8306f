import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, startContainer } from '../../engines/containers'
import { engineProxy } from '../../engines/engine-proxy'
import { manyFilesTar } from '../../engines/many-files-tar'
import { startPrivateSshd, type PrivateSshd } from '../../engines/private-sshd'
import { baseImage, sharedEngine, uniqueName } from '../../engines/shared-engine'
import { sshLine } from '../../engines/ssh-line'
import { eventually } from '../../engines/wait'

const engine = sharedEngine()
const container = uniqueName('listed')
/** So many that not all of them can be on their way at once: a channel's window is 2 MiB. */
const files = 60_000
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

test('a server that is killed while changes are listed leaves them incomplete, and says so', async () => {
  // So slow that there is a middle to be killed in.
  const line = await sshLine(sshd.port, { bytesPerSecond: 1_000_000 })
  onTestFinished(() => line.close())
  const knownHostsFile = join(sshd.folder, 'known_hosts_of_line')
  const known = await readFile(sshd.knownHostsFile, 'utf8')
  await writeFile(knownHostsFile, known.replaceAll(`:${sshd.port} `, `:${line.port} `))
  const { hostId } = await lamina.value('hosts.connect', {
    host: `ssh://root@127.0.0.1:${line.port}${engine.socketPath}`,
    identityFile,
    knownHostsFile,
  })
  onTestFinished(async () => void (await lamina.value('hosts.remove', { hostId })))
  const progress = lamina.events('changes.progressed')
  const opened = await lamina.value('changes.open', { hostId, containerId: container })
  await eventually(() => progress.some(({ totals }) => totals.added > 0), { what: 'first rows' })
  await sshd.kill()
  await eventually(() => progress.at(-1)?.state !== 'reading', { what: 'the listing to end' })
  expect(progress.at(-1)).toMatchObject({ state: 'failed', failure: { kind: 'connection-lost' } })
  expect(progress.at(-1)?.totals.added).toBeLessThan(files)
  await lamina.value('changes.close', { listingId: opened.listingId })

  await sshd.start()
  const again = await eventually(
    async () => {
      const answer = await lamina.lamina.call('changes.list', { hostId, containerId: container })
      return answer.ok ? (answer.value as { changes: readonly unknown[] }) : undefined
    },
    { within: 30_000, every: 500, what: 'the host to be back' },
  )
  expect(again.changes.length).toBeGreaterThan(files)
})
