import { expect, test } from 'vitest'
import { isFailure } from '../../../../electron/core/base/failure'
import type { ImageDetails } from '../../../../electron/engine/engine'
import { HostSession } from '../../../../electron/session/host/host-session'
import { checkSnapshot } from '../../../../electron/session/snapshots/snapshot'
import { fakeEngine, fakeTransport } from '../../../builders/engines/fake-engine'

const description = {
  engine: 'Docker',
  version: '27.5.1',
  apiVersion: '1.47',
  operatingSystem: 'Debian',
  storageDriver: 'overlayfs',
  imageStore: 'containerd',
  dataRoot: '/var/lib/docker',
  nativeDiff: true,
  metacopy: false,
  userxattr: false,
  rootless: false,
} as const

const image: ImageDetails = {
  id: 'sha256:made',
  references: [],
  diffIds: [],
  size: 0,
  author: '',
  comment: '',
  createdAt: '',
  architecture: '',
  os: '',
  config: {
    entrypoint: [],
    command: [],
    environment: [],
    workingDirectory: '',
    user: '',
    exposedPorts: [],
    volumes: [],
    labels: {},
  },
  raw: '',
}

/** What is said of an image of which the engine tells neither layers nor platform (measured with Docker 28). */
async function saidOf(hasAllContent: boolean): Promise<string | undefined> {
  const engine = fakeEngine({
    describe: () => Promise.resolve(description),
    image: () => Promise.resolve(image),
    hasAllContent: () => Promise.resolve(hasAllContent),
  })
  const session = new HostSession('local', fakeTransport(), () => Promise.resolve(engine))
  const base = { ...image, diffIds: ['sha256:base'], architecture: 'arm64', os: 'linux' }
  const { signal } = new AbortController()
  return await checkSnapshot(session, image.id, base, signal).then(
    () => undefined,
    (error: unknown) => (isFailure(error, 'snapshot-unverified') ? error.failure.message : String(error)),
  )
}

test('a snapshot whose archives are missing is called incomplete where the engine tells no layers of it', async () => {
  expect(await saidOf(false)).toContain('is incomplete')
  expect(await saidOf(true)).toContain('cannot be held against one another')
})
