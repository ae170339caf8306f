import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { OperationOutput } from '../../../../electron/contract/contract'
import { createLamina } from '../../../../electron/operations/application'

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lamina-home-'))
})

afterEach(() => {
  rmSync(home, { recursive: true, force: true })
})

function write(path: string, text: string): void {
  mkdirSync(join(home, path, '..'), { recursive: true })
  writeFileSync(join(home, path), text)
}

const context = (name: string, host: string) =>
  JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } })

it('hosts are suggested from all places, each once, and known ones are marked', async () => {
  write('.ssh/config', 'Host build prod *.example\n  User root\nHost odd|name\n')
  write('.docker/contexts/meta/a/meta.json', context('production', 'ssh://prod'))
  write('.docker/contexts/meta/b/meta.json', context('cloud\u202e', 'ssh://me@cloud:2222'))
  write('.docker/contexts/meta/c/meta.json', context('near', 'unix:///run/docker.sock'))
  write('.docker/contexts/meta/d/meta.json', context('rootless', 'unix:///run/user/1000/docker.sock'))
  const env = { HOME: home, DOCKER_HOST: 'ssh://me@cloud2' }
  const lamina = createLamina({ dataDir: join(home, 'data'), env })
  await lamina.call('hosts.add', { host: 'build' })
  const answer = await lamina.call('hosts.suggest', {})
  await lamina.close()
  if (!answer.ok) throw new Error(answer.failure.message)
  const { suggestions, warnings } = answer.value as OperationOutput<'hosts.suggest'>
  expect(suggestions).toEqual([
    { hostId: 'ssh://me@cloud2', name: 'DOCKER_HOST', source: 'environment', known: false },
    { hostId: 'ssh://me@cloud:2222', name: 'cloud\\u202e', source: 'docker-context', known: false },
    { hostId: 'ssh://prod', name: 'production', source: 'docker-context', known: false },
    {
      hostId: 'unix:///run/user/1000/docker.sock',
      name: 'rootless',
      source: 'docker-context',
      known: false,
    },
    { hostId: 'ssh://build', name: 'build', source: 'ssh-config', known: true },
  ])
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain('odd|name')
})
