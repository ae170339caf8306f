import { everyNote } from '../../builders/changes/every-note'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { ChangeNote } from '../../../electron/core/changes/change'
import type { OverlayDirectories } from '../../../electron/core/containers/container'
import { probeHostFiles } from '../../../electron/hostfs/host/host-files'
import { upperChanges } from '../../../electron/hostfs/upper/upper-changes'
import { SecondLook } from '../../../electron/session/findings/change-findings'
import { openLocalTransport } from '../../../electron/transport/local/local-transport'
import type { Transport } from '../../../electron/transport/transport'
import { laminaUnderTest } from '../../builders/lamina-under-test'
import { hopTo, transportOver } from '../../builders/hosts/ssh-host'
import { startPrivateSshd, type PrivateSshd } from '../../engines/ssh/private-sshd'
import { sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { eventually } from '../../engines/wait'
import { removeNotesContainers, startNotesContainers } from './notes-container'

// A real container, seen on this machine and over SSH; the kinds of notes and other tools are held in the unit tests.
const engine = sharedEngine()
const image = `${uniqueName('second-look')}:1`
const container = uniqueName('second-look')
let server: PrivateSshd
let directories: OverlayDirectories

beforeAll(async () => {
  server = await startPrivateSshd()
  await startNotesContainers(image, [container])
  const lamina = await laminaUnderTest(engine)
  const inspected = await lamina.value('containers.inspect', { hostId: 'local', containerId: container })
  await lamina.close()
  if (inspected.directories === undefined) throw new Error('The container has no overlay directories')
  directories = inspected.directories
})

afterAll(async () => {
  await removeNotesContainers(image, [container])
  await server.stop()
})

/** All notes. */
async function notesOver(transport: Transport): Promise<ChangeNote[]> {
  const signal = AbortSignal.timeout(60_000)
  const probe = await probeHostFiles(transport, engine.dataRoot, signal)
  if (!probe.works) throw new Error(probe.reason)
  const second = new SecondLook(probe.files, directories)
  for await (const batch of second.watch(upperChanges(probe.files, directories, signal))) void batch
  const all: ChangeNote[] = []
  expect(await everyNote(second.notes(signal), all)).toEqual([])
  return all.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

const expected = [
  { kind: 'content', path: '/c/edited', same: false },
  { kind: 'content', path: '/c/mode', same: true },
  { kind: 'content', path: '/c/replaced/both', same: false },
  { kind: 'content', path: '/c/tool', same: true },
  { kind: 'content', path: '/c/touched', same: true },
  { kind: 'lost', path: '/c/lost', entries: 4, bytes: 11 },
  { kind: 'lost', path: '/c/moved', entries: 2, bytes: 3 },
  { kind: 'lost', path: '/c/replaced/sub', entries: 1, bytes: 1 },
  { kind: 'moved', from: '/c/moved', to: '/c/moved-to', by: 'content' },
  { kind: 'moved', from: '/c/old-name', to: '/c/new-name', by: 'origin' },
]

test('a container on this machine is looked at a second time', async () => {
  const transport = openLocalTransport()
  expect(await notesOver(transport)).toEqual(expected)
  await transport.close()
})

test('so is one on a host over SSH', async () => {
  const key = await server.makeKey('ed25519')
  await server.authorize('root', key)
  const transport = transportOver(hopTo(server, { identityFiles: [key] }))
  await transport.open(undefined, AbortSignal.timeout(30_000))
  expect(await notesOver(transport)).toEqual(expected)
  await transport.close()
})

test('through the engine it is said which changes no engine lists', async () => {
  const lamina = await laminaUnderTest(engine)
  onTestFinished(() => lamina.close())
  const progress = lamina.events('changes.progressed')
  const { listingId } = await lamina.value('changes.open', {
    hostId: 'local',
    containerId: container,
    lens: 'engine',
  })
  const said = () => progress.findLast((one) => one.listingId === listingId)?.notesLeftOut ?? []
  await eventually(() => said().length > 0 || undefined, { what: 'what is not told' })
  expect(said()).toEqual([expect.stringContaining('the root itself are not in its list') as string])
})
