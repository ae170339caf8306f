import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'

const { openStream } = openLocalTransport()
const { signal } = new AbortController()

test('a path that is too long for a socket opens none that has the beginning of its name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-long-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const directory = join(folder, 'd'.repeat(99 - folder.length))
  await mkdir(directory)
  const short = join(directory, 'engine')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(short, resolve))
  onTestFinished(async () => {
    await new Promise((resolve) => server.close(resolve))
  })
  const stream = await openStream(short, signal)
  stream.destroy()
  expect(Buffer.byteLength(short)).toBe(107)
  await expect(openStream(`${short}x`, signal)).rejects.toMatchObject({
    failure: { kind: 'unsupported-address', message: expect.stringContaining('has 108 bytes') as string },
  })
})

test.each([
  ['/run/user/7/podman/podman.sock', 'systemctl --user start podman.socket'],
  ['/nowhere/podman.sock', 'systemctl start podman.socket'],
  ['/nowhere/docker.sock', 'systemctl start docker'],
])('where no engine listens at %s the command that starts it is its own', async (path, command) => {
  await expect(openStream(path, signal)).rejects.toMatchObject({
    failure: {
      kind: 'engine-unreachable',
      remedy: `Start the engine, for example with: ${command}`,
    },
  })
})
