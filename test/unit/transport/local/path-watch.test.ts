import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { watchPaths } from '../../../../electron/transport/local/path-watch'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lamina-watch-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
})

function watching(...paths: string[]) {
  const watch = watchPaths(paths.map((path) => join(folder, path)))
  onTestFinished(() => {
    watch.close()
  })
  return watch.changed
}

async function listenAt(path: string): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(join(folder, path), resolve))
  onTestFinished(async () => {
    await new Promise((resolve) => server.close(resolve))
  })
}

test('a socket that comes to be in a directory that is there is noticed', async () => {
  const changed = watching('docker.sock', 'podman.sock')
  await listenAt('podman.sock')
  await changed
})

test('a socket is noticed in directories that are made for it, however fast', async () => {
  const changed = watching('run/user/1000/podman/podman.sock')
  await mkdir(join(folder, 'run/user/1000/podman'), { recursive: true })
  await listenAt('run/user/1000/podman/podman.sock')
  await changed
})

test('a directory behind a link is followed', async () => {
  await mkdir(join(folder, 'run'))
  await symlink('run', join(folder, 'var-run'))
  const changed = watching('var-run/docker.sock')
  await listenAt('run/docker.sock')
  await changed
})

test('a socket whose rights are changed is noticed: it may be for this user now', async () => {
  await listenAt('docker.sock')
  const changed = watching('docker.sock')
  await chmod(join(folder, 'docker.sock'), 0o660)
  await changed
})

test('other names in the directory are passed by', async () => {
  const told: string[] = []
  const one = watching('docker.sock').then(() => told.push('docker.sock'))
  const other = watching('docker.sock.lock').then(() => told.push('docker.sock.lock'))
  await writeFile(join(folder, 'docker.sock.lock'), '')
  await other
  expect(told).toEqual(['docker.sock.lock'])
  await listenAt('docker.sock')
  await one
})

test('places that cannot be are no fault', async () => {
  await writeFile(join(folder, 'file'), '')
  const changed = watching('file/docker.sock', 'docker.sock')
  await listenAt('docker.sock')
  await changed
})
