import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { operations } from '../../electron/contract/contract'
import { removeContainers, startContainer } from '../engines/docker/containers'
import { engineProxy } from '../engines/engine/engine-proxy'
import { repository } from '../engines/repository'
import { runCommand, type CommandResult } from '../engines/run-command'
import { baseImage, sharedEngine, uniqueName } from '../engines/docker/shared-engine'

const engine = sharedEngine()
const container = uniqueName('command-line')
const local = { hostId: 'local' }
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lamina-data-'))
  await startContainer(engine.docker, { name: container, image: baseImage })
})

afterAll(async () => {
  await removeContainers(engine.docker, container)
  await rm(dataDir, { recursive: true })
})

async function lamina(
  args: readonly string[],
  input = '',
  dockerHost = engine.dockerHost,
): Promise<CommandResult> {
  const env = { ...process.env, DOCKER_HOST: dockerHost, LAMINA_DATA_DIR: dataDir }
  return await runCommand(process.execPath, ['--import', 'tsx', 'electron/cli/lamina.ts', ...args], {
    cwd: repository,
    env,
    input,
    mayFail: true,
  })
}

function onlyLine(printed: string): unknown {
  expect(printed.endsWith('\n')).toBe(true)
  expect(printed.trimEnd()).not.toContain('\n')
  return JSON.parse(printed)
}

test('call prints one JSON document with the value and ends with 0', async () => {
  const { stdout, status } = await lamina(['call', 'containers.list', JSON.stringify(local)])
  expect(onlyLine(stdout)).toMatchObject({
    ok: true,
    value: expect.arrayContaining([expect.objectContaining({ name: container })]) as unknown,
  })
  expect(status).toBe(0)
})

test.each([
  ['an operation that is unknown', ['call', 'nothing.do', '{}'], 'unknown-operation'],
  ['input with extra keys', ['call', 'containers.list', '{"hostId":"local","x":1}'], 'invalid-input'],
  ['input that is not JSON', ['call', 'containers.list', '{hostId}'], 'invalid-input'],
  [
    'a container that is not there',
    ['call', 'changes.list', '{"hostId":"local","containerId":"gone"}'],
    'not-found',
  ],
])('call with %s prints one JSON document with the failure and ends with 1', async (_, args, kind) => {
  const { stdout, status } = await lamina(args)
  expect(onlyLine(stdout)).toMatchObject({
    ok: false,
    failure: { kind, message: expect.any(String) as string },
  })
  expect(status).toBe(1)
})

test('call without an engine is a failure and not an empty list', async () => {
  const { stdout, status } = await lamina(
    ['call', 'containers.list', JSON.stringify(local)],
    '',
    'unix:///nowhere.sock',
  )
  expect(onlyLine(stdout)).toMatchObject({ ok: false, failure: { kind: 'engine-unreachable' } })
  expect(status).toBe(1)
})

interface JsonSchema {
  type?: string
  anyOf?: { type: string }[]
}

test('operations lists every operation with its schemas', async () => {
  const { stdout, status } = await lamina(['operations'])
  const listed = JSON.parse(stdout) as { name: string; input: JsonSchema; output: object }[]
  expect(listed.map(({ name }) => name)).toEqual(Object.keys(operations))
  for (const { input, output } of listed) {
    for (const one of input.anyOf ?? [input]) expect(one.type).toBe('object')
    expect(output).toBeTypeOf('object')
  }
  expect(status).toBe(0)
})

test('batch answers each line in order in one process, with the milliseconds each took', async () => {
  const lines = [
    JSON.stringify({ operation: 'containers.list', input: local }),
    '',
    JSON.stringify({ operation: 'changes.list', input: { ...local, containerId: container } }),
    'not JSON',
    JSON.stringify({ operation: 'nothing.do', input: {} }),
    JSON.stringify({ operation: 'containers.list', input: local, more: 1 }),
    JSON.stringify({ operation: 'hosts.describe', input: local }),
  ]
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  const began = performance.now()
  const { stdout, status } = await lamina(['batch'], lines.join('\n'), proxy.dockerHost)
  const took = performance.now() - began
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { ok: boolean; ms: number })
  expect(answers.map(({ ok }) => ok)).toEqual([true, true, false, false, false, true])
  for (const { ms } of answers) expect(ms).toBeGreaterThanOrEqual(0)
  expect(answers.reduce((sum, { ms }) => sum + ms, 0)).toBeLessThan(took)
  // What the first one found out about the engine serves the others, too.
  expect(proxy.requests.filter((line) => line.includes('/_ping'))).toHaveLength(1)
  expect(answers[1]).toMatchObject({ value: { lens: 'host', changes: [] } })
  expect(status).toBe(1)
})

test('a large answer comes whole through a pipe that is read slowly', async () => {
  const { stdout: whole } = await lamina(['operations'])
  // So small a piece at a time that the pipe stays full until the end, whenever it begins.
  const slowly = 'while (sysread STDIN, my $part, 4096) { print $part; select undef, undef, undef, 0.02 }'
  const script = 'set -o pipefail; "$0" --import tsx electron/cli/lamina.ts operations | perl -e "$1"'
  const { stdout, status } = await runCommand('bash', ['-c', script, process.execPath, slowly], {
    cwd: repository,
  })
  // More than a pipe takes in.
  expect(whole.length).toBeGreaterThan(65_536)
  expect(stdout).toBe(whole)
  expect(status).toBe(0)
})

test('wrong usage is explained and ends with 2', async () => {
  const { stderr, stdout, status } = await lamina(['frobnicate'])
  expect(stderr).toContain('lamina call')
  expect(stdout).toBe('')
  expect(status).toBe(2)
})
