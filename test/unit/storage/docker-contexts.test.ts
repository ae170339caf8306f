import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readDockerContexts } from '../../../electron/storage/docker-contexts'

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lamina-docker-contexts-'))
})

afterEach(async () => {
  await rm(home, { recursive: true, force: true })
})

async function context(folder: string, content: unknown): Promise<void> {
  const path = join(home, '.docker/contexts/meta', folder)
  await mkdir(path, { recursive: true })
  await writeFile(join(path, 'meta.json'), typeof content === 'string' ? content : JSON.stringify(content))
}

const named = (name: string, host: string): object => ({
  Name: name,
  Metadata: {},
  Endpoints: { docker: { Host: host, SkipTLSVerify: false } },
})

it('finds no contexts where there are none', async () => {
  expect(await readDockerContexts(home)).toEqual({ contexts: [], warnings: [] })
})

it('lists contexts over SSH and of unusual sockets, by name', async () => {
  await context('b', named('web', 'ssh://root@web:2222'))
  await context('a', named('local', 'unix:///var/run/docker.sock'))
  await context('c', named('db', 'ssh://db'))
  await context('e', named('desktop', 'unix:///home/me/.docker/desktop/docker.sock'))
  await context('d', { Name: 'kubernetes', Endpoints: { kubernetes: {} } })
  await mkdir(join(home, '.docker/contexts/meta/empty'))
  expect(await readDockerContexts(home)).toEqual({
    contexts: [
      { name: 'db', host: 'ssh://db' },
      { name: 'desktop', host: 'unix:///home/me/.docker/desktop/docker.sock' },
      { name: 'web', host: 'ssh://root@web:2222' },
    ],
    warnings: [],
  })
})

it('tells of contexts that are none, and keeps the others', async () => {
  await context('a', '{"Name":')
  await context('b', { Name: 3, Endpoints: [] })
  await context('c', named('web', 'ssh://web'))
  const { contexts, warnings } = await readDockerContexts(home)
  expect(contexts).toEqual([{ name: 'web', host: 'ssh://web' }])
  expect(warnings).toEqual([expect.stringContaining('/a/meta.json'), expect.stringContaining('/b/meta.json')])
})
