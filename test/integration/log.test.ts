import { createServer, type Server } from 'node:net'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { LogFile } from '../../electron/storage/logs/log-file'
import { OwnLog } from '../../electron/storage/logs/own-log'
import { laminaUnderTest } from '../builders/lamina-under-test'
import { removeContainers, runInContainer, startContainer } from '../engines/docker/containers'
import { engineProxy, forbidden } from '../engines/engine/engine-proxy'
import { baseImage, sharedEngine, uniqueName } from '../engines/docker/shared-engine'
import { eventually } from '../engines/wait'

const engine = sharedEngine()

async function logged(dockerHost = engine.dockerHost) {
  const dataDir = await mkdtemp(join(tmpdir(), 'lamina-log-'))
  const file = new LogFile(dataDir)
  const log = new OwnLog({ part: 'test', file, start: { version: '1.2.3' } })
  const lamina = await laminaUnderTest({ dockerHost, dataDir, ownLog: log })
  onTestFinished(() => lamina.close())
  const lines = async () => (await readFile(file.path, 'utf8')).trimEnd().split('\n')
  return {
    ...lamina,
    lines,
    matching: async (part: RegExp) => (await lines()).filter((line) => part.test(line)),
  }
}

test('an operation that fails is in the log once, with host, kind, reason, place and duration', async () => {
  const lamina = await logged()
  await lamina.failure('containers.inspect', { hostId: 'local', containerId: 'no-such-container' })
  const [start, line, ...more] = await lamina.lines()
  expect(start).toMatch(/^\S+Z info test\[\d+\] lamina\.started version=1\.2\.3$/)
  expect(line).toMatch(
    /^\S+Z warning test\[\d+\] operation\.failed operation=containers\.inspect ms=\d+ host=local kind=not-found why="[^"]+" at="?\w+\(/,
  )
  expect(more).toEqual([])
})

test('a host that cannot be connected is in the log once, by no name', async () => {
  const lamina = await logged()
  const server: Server = createServer((socket) => socket.end('no SSH here\r\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  onTestFinished(() => void server.close())
  const host = `ssh://t0k3n@127.0.0.1:${String(port)}`
  const failure = await lamina.failure('hosts.connect', { host })
  const lines = await lamina.matching(/failed|lost/)
  expect(lines).toEqual([
    expect.stringMatching(
      new RegExp(String.raw`host\.lost host=ssh-1 kind=${failure.kind} why=".*" at=.+ ms=\d+ retryIn=\d+$`),
    ),
  ])
  expect(lines[0]).not.toMatch(/t0k3n|127\.0/)
})

test('a listing that ends in the middle is in the log once, with how far it came', async () => {
  const name = uniqueName('logged')
  onTestFinished(() => removeContainers(engine.docker, name))
  await startContainer(engine.docker, { name, image: baseImage })
  await runInContainer(engine.docker, name, 'echo one >/new')
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  const lamina = await logged(proxy.dockerHost)
  proxy.interfere(/\/changes/, (_, answer) => {
    answer.writeHead(200, { 'content-type': 'application/json' }).write('[{"Path":"/new","Kind":1},')
    setImmediate(() => answer.destroy())
  })
  const told = lamina.events('changes.progressed')
  const opened = await lamina.lamina.call('changes.open', {
    hostId: 'local',
    containerId: name,
    lens: 'engine',
  })
  if (opened.ok)
    await eventually(() => Promise.resolve(told.some(({ state }) => state === 'failed')), {
      what: 'the end of the listing',
    })
  const lines = await lamina.matching(/failed/)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/(listing|operation)\.failed .*host=local kind=\S+ why=/)
})

test('what was typed in the wrong field, and what an engine shouts, does no harm in the log', async () => {
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  const lamina = await logged(proxy.dockerHost)
  await lamina.failure('hosts.connect', { host: 'ssh://root:hunter2@build.example' })
  await lamina.failure('hosts.connect', { host: 'hunter2' })
  await lamina.failure('hunter2', { password: 'hunter2' })
  await lamina.failure('containers.list', { hostId: 'hunter2' })
  await lamina.failure('containers.inspect', { hostId: 'local', containerId: '\u001b[31mhunter2\n' })
  proxy.interfere(/\/containers\/json/, (_, answer) => {
    const message = `\u001b[2J\u202eevil\nfake=line operation.failed password=hunter2 ${'x '.repeat(5000)}`
    answer.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ message }))
  })
  await lamina.failure('containers.list', { hostId: 'local' })
  const lines = await lamina.lines()
  expect(lines.filter((line) => /failed|lost/.test(line))).toHaveLength(6)
  for (const line of lines) {
    expect(line).not.toMatch(/hunter2|\p{Cc}|\u202e/u)
    expect(line.length).toBeLessThanOrEqual(2000)
    expect(line).toMatch(/^\d{4}-\S+Z (info|warning|error) test\[\d+\] /)
  }
})

test('what is forbidden by a proxy is told with the refused request', async () => {
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  const lamina = await logged(proxy.dockerHost)
  proxy.interfere(/\/images\/json/, forbidden)
  const { kind } = await lamina.failure('images.list', { hostId: 'local' })
  expect(await lamina.matching(new RegExp(`images\\.list .* kind=${kind} why=`))).toHaveLength(1)
})

test('a log that cannot be written holds nothing up, and says why where it is asked for', async () => {
  const lamina = await logged()
  await rm(join(lamina.dataDir, 'logs'), { recursive: true, force: true })
  await writeFile(join(lamina.dataDir, 'logs'), 'a file')
  const failure = await lamina.failure('containers.inspect', {
    hostId: 'local',
    containerId: 'no-such-container',
  })
  expect(failure.kind).toBe('not-found')
  expect(await lamina.value('log.show', {})).toMatchObject({
    problem: expect.stringMatching(/ENOTDIR/) as string,
  })
  expect(await lamina.value('containers.list', { hostId: 'local' })).toBeDefined()
})
