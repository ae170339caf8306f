import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { HostSession } from '../../../electron/session/host/host-session'
import { localHost } from '../../../electron/session/host/local-host'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { runCommand } from '../../engines/run-command'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { nextSecond } from '../../engines/wait'
import { compared } from './compared'

const engine = sharedEngine()
const container = uniqueName('facts')
const snapshot = `${uniqueName('facts')}:snapshot`
let session: HostSession
let upper: string

/** cap_net_raw, and cap_net_admin: capabilities(7), struct vfs_cap_data. */
const [netRaw, netAdmin] = ['00200000', '00100000'].map((bits) => `0x01000002${bits}${'0'.repeat(24)}`)

const capable = (path: string, value = '') =>
  runCommand('setfattr', ['-n', 'security.capability', '-v', value, join(upper, path)])

beforeAll(async () => {
  session = localHost({ DOCKER_HOST: engine.dockerHost })
  await startContainer(engine.docker, { name: container, image: baseImage })
  const before = `mkdir -p /h/d/sub /h/e; cd /h; ln -s x l1; ln l1 l2; echo 1 >f; ln f g; touch d/c1 d/sub/c2 e/c3
    echo 1 >'dev\\x2d1.mount'; echo 1 >"$(printf 'line\\nfeed')"; echo 1 >"$(printf 'return\\rx')"; echo 1 >ping; echo 1 >same`
  await runInContainer(engine.docker, container, before)
  const inspected = await engine.docker(['inspect', '--format', '{{.GraphDriver.Data.UpperDir}}', container])
  upper = inspected.stdout.trim()
  await capable('h/ping', netRaw)
  await engine.docker(['commit', container, snapshot])
})

afterEach(async () => {
  expect((await engine.docker(['ps', '--all', '--filter', 'label=lamina.reader', '--quiet'])).stdout).toBe('')
})

afterAll(async () => {
  await session.close()
  await removeContainers(engine.docker, container)
  await removeImages(engine.docker, snapshot)
})

test.each(['host', 'engine'] as const)(
  'nothing differs from a snapshot, through the %s lens',
  async (lens) => {
    expect((await compared(session, container, snapshot, lens)).rows).toEqual([])
  },
)

test('a capability, and a directory that became another name of a file, are a row each in both lenses', async () => {
  await nextSecond()
  await runInContainer(
    engine.docker,
    container,
    'cd /h; rm -r d; ln f d; rm -r e; ln -s f e; rm l2; ln -s y l2',
  )
  await capable('h/ping', netAdmin)
  const rows = [
    { path: '/h/d', kind: 'modified', type: 'file', size: 2, aspects: ['type'] },
    { path: '/h/e', kind: 'modified', type: 'symlink', aspects: ['type'] },
    { path: '/h/l2', kind: 'modified', type: 'symlink', aspects: ['time', 'link-target'] },
    { path: '/h/ping', kind: 'modified', type: 'file', size: 2, aspects: ['attributes'] },
  ]
  expect((await compared(session, container, snapshot, 'host')).rows).toEqual(rows)
  expect((await compared(session, container, snapshot, 'engine')).rows).toEqual(rows)
})
