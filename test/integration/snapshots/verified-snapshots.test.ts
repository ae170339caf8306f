import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
  stopContainer,
} from '../../engines/docker/containers'
import { engineProxy } from '../../engines/engine/engine-proxy'
import { runCommand } from '../../engines/run-command'
import { nineLayersImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'

const engine = sharedEngine()
let lamina: LaminaUnderTest

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
})

afterAll(async () => {
  await lamina.close()
})

/** A container in which a script ran, and its upper layer's directory. */
async function aContainer(script: string): Promise<{ name: string; upper: string }> {
  const name = uniqueName('verified')
  await startContainer(engine.docker, { name, image: nineLayersImage })
  onTestFinished(() => removeContainers(engine.docker, name))
  await runInContainer(engine.docker, name, script)
  const { stdout } = await engine.docker(['inspect', '--format', '{{.GraphDriver.Data.UpperDir}}', name])
  return { name, upper: stdout.trim() }
}

async function commit(name: string, by = lamina) {
  const made = await by.value('snapshots.commit', {
    hostId: 'local',
    containerId: name,
    reference: `${name}:kept`,
    message: '',
    author: '',
  })
  onTestFinished(() => removeImages(engine.docker, made.imageId))
  return made
}

/** A socket whose program was killed. Its name is relative, because the kernel takes 108 bytes only (unix(7)). */
async function leaveSocket(directory: string): Promise<void> {
  const script = "require('net').createServer().listen('s', () => process.kill(process.pid, 'SIGKILL'))"
  await runCommand('sh', ['-c', 'cd "$1"; "$2" -e "$3"; [ -S s ]', 'sh', directory, process.execPath, script])
}

/** 20 directories of 200 characters, one in the other; the path of the innermost. */
const deep = Array.from({ length: 20 }, (_, at) => `${'x'.repeat(198)}${String(at).padStart(2, '0')}`)

test('an image that has all is told to have it', async () => {
  const { name } = await aContainer(
    'mkdir -p /a/b; echo 1 >/a/b/c; ln -s c /a/b/l; ln /a/b/c /a/b/h; mkfifo /a/p; mknod /a/d c 1 3; rm /layers/3; rm -r /layers; mkdir /layers; touch /layers/4; chown 7:8 /a/b; chmod 1777 /a; mv /a/b/h "/a/new\\line"; printf x >"/a/$(printf \'caf\\351\\nx\')"',
  )
  expect(await foreseen(name)).toEqual([])
  const { verified } = await commit(name)
  expect(verified).toMatchObject({ missing: [], extra: [], different: [], notCompared: [], through: 'host' })
  expect(verified.entries).toBeGreaterThan(10)
})

/** What the review says before, as reasons with their paths. */
async function foreseen(name: string) {
  const { willDiffer } = await lamina.value('snapshots.review', { hostId: 'local', containerId: name })
  return willDiffer.map(({ reason, count, paths }) => [
    reason,
    count,
    ...paths.map(({ path }) => path).sort(),
  ])
}

describe('what the engine leaves out or changes is named:', () => {
  test('sockets, the root, and times before 1970', async () => {
    const { name, upper } = await aContainer('mkdir -p /run/x; echo 1 >/old; chmod 700 /; chown 0:50 /')
    await leaveSocket(join(upper, 'run', 'x'))
    await runCommand('touch', ['-d', '1960-01-02T03:04:05Z', join(upper, 'old')])
    expect(await foreseen(name)).toEqual([
      ['socket', 1, '/run/x/s'],
      ['root', 1, '/'],
      ['time-before-1970', 1, '/old'],
    ])
    const { verified } = await commit(name)
    expect(verified.missing).toEqual([{ path: '/run/x/s' }])
    expect(verified.extra).toEqual([])
    expect(verified.different).toEqual([
      { path: '/', aspects: ['mode', 'owner'] },
      { path: '/old', aspects: ['time'] },
    ])
  })

  test('attributes of directories, access control lists among them', async () => {
    const { name, upper } = await aContainer('mkdir /new; echo 1 >/new/f; touch /etc/x')
    await runCommand('setfattr', ['-n', 'user.note', '-v', 'kept', join(upper, 'new')])
    await runCommand('setfattr', ['-n', 'user.note', '-v', 'kept', join(upper, 'new', 'f')])
    const acl = '0x0200000001000700ffffffff02000700e803000004000500ffffffff10000700ffffffff20000500ffffffff'
    await runCommand('setfattr', ['-n', 'system.posix_acl_default', '-v', acl, join(upper, 'etc')])
    expect(await foreseen(name)).toEqual([['attributes', 3, '/etc', '/new', '/new/f']])
    const { verified } = await commit(name)
    expect(verified).toMatchObject({ missing: [], extra: [] })
    expect(verified.different).toEqual([
      { path: '/etc', aspects: ['attributes'] },
      { path: '/new', aspects: ['attributes'] },
      { path: '/new/f', aspects: ['attributes'] },
    ])
  })

  test('paths that are too long for the engine', async () => {
    const { name } = await aContainer(
      `mkdir /deep; cd /deep; for d in ${deep.join(' ')}; do mkdir $d; cd $d; echo 1 >f; done`,
    )
    await stopContainer(engine.docker, name)
    const [loss = []] = await foreseen(name)
    const { verified } = await commit(name)
    expect(verified).toMatchObject({ extra: [], different: [], notCompared: [] })
    const missing = verified.missing.map(({ path }) => path)
    expect(missing.length).toBeGreaterThan(0)
    expect(['path-too-long', missing.length, ...missing.sort()]).toEqual(loss)
  })
})

test('what the container changed after the commit is not held against the image', async () => {
  const { name } = await aContainer('mkdir /a; echo 1 >/a/one; echo 1 >/a/two; mkdir /b; echo 1 >/b/c')
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  proxy.interfere(/\/commit/, async (_, answer, pass) => {
    const { status, headers, body } = await pass()
    const changes = 'rm /a/one; echo 22 >/a/two; echo 1 >/a/three; mv /b /b2; rm /bin/cat; chmod 700 /etc'
    await runInContainer(engine.docker, name, changes)
    answer.writeHead(status, headers).end(body)
  })
  const other = await laminaUnderTest(proxy)
  onTestFinished(() => other.close())
  const { verified } = await commit(name, other)
  expect(verified).toMatchObject({ missing: [], extra: [], different: [] })
  expect(verified.changedMeanwhile).toBeGreaterThan(5)
})
