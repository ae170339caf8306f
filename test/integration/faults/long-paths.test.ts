import { chmod } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OperationInput } from '../../../electron/contract/contract'
import type { HostSession } from '../../../electron/session/host/host-session'
import { localHost } from '../../../electron/session/host/local-host'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { sameMachineOverSsh, type SameMachine } from '../../builders/same-machine'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { engineProxy, type EngineProxy } from '../../engines/engine/engine-proxy'
import { importImage } from '../../engines/images/images'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { compared, openedAgainst } from '../against/compared'
import { pathOf } from '../lenses/listings'

const engine = sharedEngine()
const image = `${uniqueName('long')}:1`
const snapshot = `${uniqueName('long')}:snapshot`
const [added, changed, nested, ofSnapshot] = [
  uniqueName('long-added'),
  uniqueName('long-changed'),
  uniqueName('long-nested'),
  uniqueName('long-snapshot'),
]
/** Names of 255 bytes, the longest that Linux has. */
const segment = (letter: string) => letter.repeat(255)
const directory = (letter: string, depth: number) =>
  `/${Array.from({ length: depth }, () => segment(letter)).join('/')}`
/** An engine takes none into an image that is too long with its layer's directory in front. */
const inImage = `${directory('i', 8)}/${'f'.repeat(100)}`
/** In a container this is a path that every call takes; with a layer's directory in front it is too long. */
const newDirectory = directory('c', 15)
const ofContainer = `${newDirectory}/${'f'.repeat(250)}`
/** Directories one in the other, made step by step, and files beside them: the last ones are deeper than any call reaches from outside. */
const names = Array.from({ length: 20 }, (_, at) => `${String(at).padStart(2, '0')}${'n'.repeat(194)}\\x2d`)
const nestedDirectories = names.map((_, at) => `/${names.slice(0, at + 1).join('/')}`)
const nestedFiles = [0, 5, 10, 15, 19].map((at) => `${nestedDirectories[at] ?? ''}/file\\x2d${String(at)}`)
const nestedPaths = [...nestedDirectories, ...nestedFiles].sort()
const makeNested = `cd /; at=0; for name in ${names.map((name) => `'${name}'`).join(' ')}; do
mkdir "$name"; cd "$name"; case $at in 0|5|10|15|19) echo "$at" >"file\\x2d$at" ;; esac; at=$((at + 1)); done`
let session: HostSession
let lamina: LaminaUnderTest
let overSsh: SameMachine
/** The engine's socket for everybody, and the host for an account that reads its files by sudo alone. */
let everybodys: EngineProxy
let bySudo: SameMachine

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  session = localHost({ DOCKER_HOST: engine.dockerHost })
  overSsh = await sameMachineOverSsh(lamina, engine.socketPath)
  everybodys = await engineProxy(engine.socketPath)
  const socketPath = everybodys.dockerHost.slice('unix://'.length)
  await chmod(dirname(socketPath), 0o711)
  await chmod(socketPath, 0o666)
  bySudo = await sameMachineOverSsh(lamina, socketPath, 'helper')
  await importImage(engine.docker, image, { [inImage.slice(1)]: 'in the image\n' })
  for (const name of [added, changed, nested]) await startContainer(engine.docker, { name, image })
  await runInContainer(engine.docker, added, `mkdir -p ${newDirectory}; echo new > ${ofContainer}`)
  await runInContainer(engine.docker, changed, `echo changed > ${inImage}`)
  await runInContainer(engine.docker, nested, makeNested)
  await engine.docker(['commit', nested, snapshot])
})

afterAll(async () => {
  await removeContainers(engine.docker, added, changed, nested, ofSnapshot)
  await removeImages(engine.docker, snapshot, image)
  await session.close()
  await lamina.close()
  await overSsh.stop()
  await bySudo.stop()
  await everybodys.close()
})

async function text(input: OperationInput<'content.read'>): Promise<string> {
  return Buffer.from((await lamina.value('content.read', input)).bytes, 'base64').toString()
}

const hosts: Readonly<Record<string, () => string>> = {
  'this machine': () => 'local',
  'a host over SSH': () => overSsh.hostId,
  'a host over SSH by sudo': () => bySudo.hostId,
}

describe.each(Object.entries(hosts))('on %s', (_place, hostId) => {
  const of = (containerId: string) => ({ hostId: hostId(), containerId })

  test('new paths as long as a container can name are listed', async () => {
    const { changes } = await lamina.value('changes.list', { ...of(added), lens: 'host' })
    expect(changes.map(pathOf)).toContain(ofContainer)
    expect(changes.every(({ kind }) => kind === 'added')).toBe(true)
  })

  test('a change at a long path of the image is told from a new one', async () => {
    const { changes } = await lamina.value('changes.list', { ...of(changed), lens: 'host' })
    expect(changes.map((change) => [change.kind, pathOf(change)])).toEqual([['modified', inImage]])
    const input = { ...of(changed), path: inImage, lens: 'host' } as const
    expect(await text({ ...input, side: 'upper' })).toBe('changed\n')
    expect(await text({ ...input, side: 'lower' })).toBe('in the image\n')
  })

  test('content that no call can name on the host is read', async () => {
    const input = { ...of(added), path: ofContainer, side: 'upper', lens: 'host' } as const
    expect(await text(input)).toBe('new\n')
  })

  test('a nested tree is listed whole, also against another image', async () => {
    const { changes } = await lamina.value('changes.list', { ...of(nested), lens: 'host' })
    expect(changes.map((change) => `${change.kind} ${pathOf(change)}`).sort()).toEqual(
      nestedPaths.map((path) => `added ${path}`),
    )
    const { rows } = await openedAgainst(lamina, { ...of(nested), against: baseImage, lens: 'host' })
    const below = rows.filter(({ path }) => path.startsWith(nestedDirectories[0] ?? ''))
    expect(below.map(({ kind, path }) => `${kind} ${path}`)).toEqual(
      nestedPaths.map((path) => `added ${path}`),
    )
  })

  test('what is deep in it is told apart from what its image has', async () => {
    const path = inImage
    const told = await lamina.value('changes.describe', { ...of(changed), path, lens: 'host' })
    expect(told).toMatchObject({ through: 'host', unknown: [] })
    expect(told.aspects).toContain('content')
  })

  test('an engine that cannot name it either says so', async () => {
    const input = { ...of(added), path: ofContainer, side: 'upper', lens: 'engine' } as const
    expect(await lamina.failure('content.read', input)).toMatchObject({ kind: 'engine-failed' })
  })
})

test('against a snapshot only what the engine did not take into it is a change', async () => {
  await startContainer(engine.docker, { name: ofSnapshot, image: snapshot })
  const found = await runInContainer(engine.docker, ofSnapshot, `find '${nestedDirectories[0] ?? ''}'`)
  const held = new Set(found.split('\n'))
  const { rows } = await compared(session, nested, snapshot, 'host')
  const absent = nestedPaths.filter((path) => !held.has(path))
  expect(rows.map(({ kind, path }) => `${kind} ${path}`)).toEqual(absent.map((path) => `added ${path}`))
  expect(absent.length).toBeLessThan(nestedPaths.length)
})
