import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { isFailure, type Failure } from '../../../../electron/core/base/failure'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { outputOf, type Transport } from '../../../../electron/transport/transport'
import { laminaUnderTest } from '../../../builders/lamina-under-test'
import { hopTo, nobodyAborts, transportOver } from '../../../builders/hosts/ssh-host'
import { removeContainers, runInContainer, startContainer } from '../../../engines/docker/containers'
import { startPrivateSshd, type PrivateSshd } from '../../../engines/ssh/private-sshd'
import { baseImage, sharedEngine, uniqueName } from '../../../engines/docker/shared-engine'

const engine = sharedEngine()
let server: PrivateSshd
let key: string

beforeAll(async () => {
  server = await startPrivateSshd()
  key = await server.makeKey('ed25519')
  await server.authorize('root', key)
})

afterAll(() => server.stop())

async function failureOn(transport: Transport, script: string, limit: number): Promise<Failure | undefined> {
  try {
    await outputOf(transport, { name: 'trying things out', script }, nobodyAborts, limit)
    return undefined
  } catch (error) {
    if (isFailure(error)) return error.failure
    throw error
  }
}

test.each([
  ['has a status', 'echo "cannot: no room" >&2; exit 4', 'the command ended with status 4. cannot: no room.'],
  ['says nothing', 'exit 1', 'the command ended with status 1.'],
  ['complains in bytes and lines', "printf 'one \\033[31m\\ntwo\\n' >&2; exit 2", 'one \\u001b[31m two.'],
  ['is not found', '/nonexistent/tool', 'the command ended with status 127.'],
  ['may not be run', '/etc/passwd', 'the command ended with status 126.'],
  ['is killed', 'kill -9 $$', 'the command was killed.'],
  ['says too much', 'echo 0123456789', 'the command said more than the 9 bytes that it may say.'],
])('a command that %s fails with the same words here and over SSH', async (_, script, expected) => {
  const overSsh = transportOver(hopTo(server, { identityFiles: [key] }))
  onTestFinished(() => overSsh.close())
  const here = await failureOn(openLocalTransport(), script, 9)
  expect(here).toMatchObject({ kind: 'command-failed', message: expect.stringContaining(expected) as string })
  expect(here?.message).toMatch(/^Trying things out failed: /)
  expect(await failureOn(overSsh, script, 9)).toEqual(here)
})

test('a listing that falls back to the engine says which command of the host failed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-find-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o755)
  const find =
    '#!/bin/sh\ncase $* in *%P*) echo "find: no room" >&2; exit 4;; esac\nexec /usr/bin/find "$@"\n'
  await writeFile(join(folder, 'find'), find, { mode: 0o755 })
  const own = await startPrivateSshd({ path: `${folder}:/usr/sbin:/usr/bin:/sbin:/bin` })
  onTestFinished(() => own.stop())
  await own.authorize('root', key)
  const name = uniqueName('failed')
  onTestFinished(() => removeContainers(engine.docker, name))
  await startContainer(engine.docker, { name, image: baseImage })
  await runInContainer(engine.docker, name, 'echo one > /new')
  const lamina = await laminaUnderTest(engine)
  onTestFinished(() => lamina.close())
  const { knownHostsFile } = own
  const host = own.address('root', engine.socketPath)
  const { hostId } = await lamina.value('hosts.connect', { host, identityFile: key, knownHostsFile })
  const { lens, reason } = await lamina.value('changes.list', { hostId, containerId: name })
  expect(lens).toBe('engine')
  expect(reason).toContain(
    'Listing the upper directory failed: the command ended with status 4. find: no room.',
  )
})
