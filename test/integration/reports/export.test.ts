import { readdirSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, runInContainer, startContainer } from '../../engines/docker/containers'
import { manyFilesTar } from '../../engines/images/many-files-tar'
import { runCommand } from '../../engines/run-command'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'

const engine = sharedEngine()
const container = uniqueName('export')
const large = uniqueName('export-large')
const files = 20_000
const local = { hostId: 'local' } as const
let lamina: LaminaUnderTest
let folder: string

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  await startContainer(engine.docker, { name: container, image: baseImage })
  await runInContainer(
    engine.docker,
    container,
    `mkdir -p /e/sub; echo one >/e/one; echo '=1+1' >'/e/=1+1'; printf x >"$(printf '/e/caf\\351')"; echo deep >/e/sub/deep
rm /bin/cat; echo w >/e/.wh.gone`,
  )
  await startContainer(engine.docker, { name: large, image: baseImage })
  await engine.docker(['exec', '--interactive', large, 'tar', '-x', '-C', '/'], {
    input: manyFilesTar('data', files),
  })
})

afterAll(async () => {
  await removeContainers(engine.docker, container, large)
  await lamina.close()
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lamina-export-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function opened(containerId = container): Promise<string> {
  return (await lamina.value('changes.open', { ...local, containerId })).listingId
}

const paths = ['/bin/cat', '/e', '/e/.wh.gone', '/e/=1+1', '/e/caf\ufffd', '/e/one', '/e/sub', '/e/sub/deep']

test('a listing is written as JSON with what it is of, as soon as all of it is there', async () => {
  const { text = '', changes } = await lamina.value('changes.export', {
    listingId: await opened(),
    format: 'json',
  })
  const report = JSON.parse(text) as { changes: { path: string }[] }
  expect(report).toMatchObject({
    container,
    image: baseImage,
    host: 'local',
    engine: expect.stringMatching(/^Docker \d/) as string,
    lens: 'host',
    totals: { added: 7, deleted: 1 },
    warnings: [{ path: '/e/.wh.gone', deletes: '/e/gone' }],
  })
  expect(changes).toBe(paths.length)
  expect(report.changes.map(({ path }) => path)).toEqual(paths)
})

test('a part of it is written alone', async () => {
  const listingId = await opened()
  await lamina.value('changes.export', { listingId, format: 'csv' })
  const { rows } = await lamina.value('changes.rows', {
    ...{ listingId, open: true, toggled: [], kinds: ['added', 'modified', 'deleted'], search: '' },
    ...{ sort: 'name', descending: false, offset: 0, limit: 100, minimumSize: 0 },
  })
  const node = rows.find(({ path }) => path === '/e/sub')?.node ?? 0
  const part = await lamina.value('changes.export', { listingId, format: 'csv', node })
  expect(part.changes).toBe(2)
  expect(part.text?.match(/^\/[^,]*/gm)).toEqual(['/e/sub', '/e/sub/deep'])
  const { text = '' } = await lamina.value('changes.export', { listingId, format: 'markdown', node })
  expect(text).toContain('- Totals: 2 added, 0 modified, 0 deleted, 5 bytes\n')
  expect(text.match(/^## .*$/gm)).toEqual(['## /e', '## /e/sub'])
  expect(text).not.toContain('Warning')
  expect(await lamina.failure('changes.export', { listingId, format: 'csv', node: 99_999 })).toMatchObject({
    kind: 'invalid-input',
  })
})

test.each(['json', 'csv', 'markdown'] as const)('a long one goes into a file (%s)', async (format) => {
  const listingId = await opened(large)
  const toFile = join(folder, 'report')
  expect(await lamina.failure('changes.export', { listingId, format })).toMatchObject({
    kind: 'too-large',
    remedy: expect.stringContaining('file') as string,
  })
  const { changes, file } = await lamina.value('changes.export', { listingId, format, toFile })
  expect(file).toBe(toFile)
  expect(changes).toBeGreaterThan(files)
  const name = { json: '"path":"/data/', csv: '^/data/', markdown: '^| added | ' }[format]
  const { stdout } = await runCommand('grep', ['-c', '--', name, toFile])
  expect(Math.abs(Number(stdout) - changes)).toBeLessThan(2)
  expect(await readdir(folder)).toEqual(['report'])
})

test('a file that is there is replaced only when that is asked for, and its whole path is named', async () => {
  const toFile = join(folder, 'taken')
  await writeFile(toFile, 'mine')
  const input = { listingId: await opened(), format: 'csv', toFile } as const
  expect(await lamina.failure('changes.export', input)).toMatchObject({ kind: 'conflict' })
  expect(await readFile(toFile, 'utf8')).toBe('mine')
  await lamina.value('changes.export', { ...input, overwrite: true })
  expect(await readFile(toFile, 'utf8')).toContain('/e/one')
  expect(await lamina.failure('changes.export', { ...input, toFile: 'taken' })).toMatchObject({
    kind: 'invalid-input',
  })
})

test('one that is cancelled leaves no file', async () => {
  const listingId = await opened(large)
  await lamina.failure('changes.export', { listingId, format: 'json' })
  const stopping = new AbortController()
  const toFile = join(folder, 'cancelled')
  let meanwhile: string[] = []
  // Progress is told as soon as something is written, and before more is.
  const off = lamina.lamina.on(({ name }) => {
    if (name !== 'file.progressed') return
    meanwhile = readdirSync(folder)
    stopping.abort()
  })
  const writing = lamina.lamina.call(
    'changes.export',
    { listingId, format: 'json', toFile },
    { signal: stopping.signal },
  )
  expect(await writing).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
  off()
  expect(meanwhile).toEqual([expect.stringMatching(/\.part$/)])
  expect(await readdir(folder)).toEqual([])
})

test('a listing that was closed cannot be written any more', async () => {
  const listingId = await opened()
  await lamina.value('changes.close', { listingId })
  expect(await lamina.failure('changes.export', { listingId, format: 'csv' })).toMatchObject({
    kind: 'listing-closed',
  })
})
