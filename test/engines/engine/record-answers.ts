import { mkdir, writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import type { BytePath } from '../../../electron/core/base/byte-path'
import { isFailure } from '../../../electron/core/base/failure'
import type { Engine } from '../../../electron/engine/engine'
import { openEngine } from '../../../electron/engine/open/open-engine'
import { openLocalTransport } from '../../../electron/transport/local/local-transport'
import { runInContainer, startContainer, stopContainer } from '../docker/containers'
import { buildImage, importImage } from '../images/images'
import {
  allEngineKinds,
  engineKinds,
  startEngine,
  type EngineKind,
  type PrivateEngine,
} from './private-engine'
import { recordingProxy, type RecordedAnswer } from './recording-proxy'
import { eventually } from '../wait'
import { allOf } from '../all-of'

// Writes test/unit/engine/answers anew: `npx tsx test/engines/engine/record-answers.ts [KIND…]`; newer engines only where they are named.

const folder = new URL('../../unit/engine/answers/', import.meta.url)
const { signal } = new AbortController()
const snapshotId = '3f0c8a52-7d1e-4c55-9a0b-6e2f1d4b8c90'

/** Containers in every state that an engine can be brought to, and images that lack something. */
async function prepare({ docker }: PrivateEngine): Promise<void> {
  await importImage(docker, 'base:1')
  await docker(['import', '-', 'empty:1'], { input: Buffer.alloc(10_240) })
  await buildImage(docker, 'labels-only:1', ['FROM scratch', 'LABEL only=this'])
  await docker(['tag', 'base:1', 'registry.example:5000/team/base:2'])
  const flags = ['--volume', 'things:/things', '--tmpfs', '/scratch', '--label', 'of=test']
  await startContainer(docker, { name: 'web', image: 'base:1', flags })
  await runInContainer(
    docker,
    'web',
    'mkdir /srv; echo new > /srv/made; echo changed >> /bin/sh.note; rm /bin/false',
  )
  await startContainer(docker, { name: 'finished', image: 'base:1' })
  await stopContainer(docker, 'finished')
  await docker(['create', '--network', 'none', '--read-only', '--name', 'never-started', 'base:1', 'true'])
}

async function ask(engine: Engine): Promise<void> {
  await engine.describe(signal)
  await engine.containers({ all: true }, signal)
  for (const name of ['web', 'finished', 'never-started']) await engine.container(name, signal)
  await allOf(await engine.changes('web', signal))
  await allOf(await engine.changes('never-started', signal))
  await engine.images({}, signal)
  for (const image of ['base:1', 'empty:1', 'labels-only:1', 'registry.example:5000/team/base:2']) {
    await engine.image(image, signal)
    await engine.history(image, signal)
  }
  const { id } = await engine.image('base:1', signal)
  const reader = await engine.createReader({ imageId: id, owner: 'a test' }, signal)
  await engine.readers(signal)
  await engine.removeReader(reader, signal)
  const imageId = await engine.commit(
    {
      containerId: 'web',
      message: 'Keep "this"\nänd that',
      author: 'A Person <a@example.org>',
      pause: false,
      snapshotId,
    },
    signal,
  )
  await engine.image(imageId, signal)
  await engine.history(imageId, signal)
  await engine.images({ snapshotId }, signal)
  await engine.tag(imageId, { path: 'snapshot', tag: '1' }, signal)
  await engine.image('snapshot:1', signal)
  await engine.pastEvents((await engine.container('web', signal)).id, signal)
}

/** Requests that an engine refuses, each in its way. */
async function askInVain(engine: Engine): Promise<void> {
  const missing = 'sha256:'.padEnd(71, 'ab')
  const refused: readonly (() => Promise<unknown>)[] = [
    () => engine.container('nothing', signal),
    () => engine.changes('nothing', signal),
    () => engine.resume('web', signal),
    () => engine.resume('nothing', signal),
    () => engine.execute('finished', ['true'], signal),
    () => engine.image('nothing:1', signal),
    () => engine.history('nothing:1', signal),
    () => engine.image(missing, signal),
    () => engine.createReader({ imageId: missing, owner: 'a test' }, signal),
    () => engine.archive('web', '/nothing' as BytePath, signal),
    () =>
      engine.commit({ containerId: 'nothing', message: '', author: '', pause: false, snapshotId }, signal),
  ]
  for (const request of refused) {
    await request().then(
      () => {
        throw new Error(`the engine did what it was to refuse: ${String(request)}`)
      },
      (error: unknown) => {
        if (!isFailure(error)) throw error
      },
    )
  }
}

async function watch(
  engine: Engine,
  { docker }: PrivateEngine,
  answers: readonly RecordedAnswer[],
): Promise<void> {
  const watching = new AbortController()
  const seen: string[] = []
  const events = await engine.events({}, watching.signal)
  const heard = (async () => {
    for await (const { action } of events) seen.push(action)
  })()
  await docker(['run', '--network', 'none', '--name', 'passing', 'base:1', 'true'])
  await docker(['rm', 'passing'])
  await docker(['rmi', 'snapshot:1'])
  await eventually(() => Promise.resolve(seen.includes('destroy') && seen.includes('untag')), {
    within: 10_000,
    what: 'the events',
  })
  watching.abort()
  await heard
  await eventually(
    () => Promise.resolve(answers.filter(({ path }) => path.startsWith('/events')).length === 2),
    {
      within: 10_000,
      what: 'the proxy to have the events',
    },
  )
}

async function record(kind: EngineKind): Promise<void> {
  const engine = await startEngine(kind)
  try {
    await prepare(engine)
    const proxy = await recordingProxy(engine.socketPath)
    try {
      const opened = await openEngine(openLocalTransport(), proxy.socketPath, signal)
      await ask(opened)
      await askInVain(opened)
      await watch(opened, engine, proxy.answers)
      opened.close()
      await write(kind, proxy.answers, engine)
    } finally {
      await proxy.close()
    }
  } finally {
    await engine.stop()
  }
}

/** What `/info` says of the machine is left out, and so is where this run keeps its files. */
async function write(
  kind: EngineKind,
  answers: readonly RecordedAnswer[],
  engine: PrivateEngine,
): Promise<void> {
  const plain = answers.map((answer) => {
    const fields = { '/info': infoFields, '/libpod/info': libpodInfoFields }[answer.path]
    return fields === undefined ? answer : { ...answer, body: some(answer.body, fields) }
  })
  const root = kind.startsWith('podman') ? '/var/lib/containers/storage' : '/var/lib/docker'
  const json = JSON.stringify({ engine: kind, answers: plain })
    .replaceAll(engine.dataRoot, root)
    .replaceAll(engine.host.folder, '/srv/engine')
    .replaceAll(/"KernelVersion":"[^"]*"/g, '"KernelVersion":"6.12.0"')
  await mkdir(folder, { recursive: true })
  const file = new URL(`${kind}.json`, folder)
  const style = (await resolveConfig(file)) ?? {}
  await writeFile(file, await format(json, { ...style, parser: 'json' }))
}

const infoFields = [
  'ServerVersion',
  'Driver',
  'DriverStatus',
  'DockerRootDir',
  'OperatingSystem',
  'OSType',
  'Name',
  'SecurityOptions',
  'Rootless',
]

/** Of Podman's own answer: its store, where the driver's options are. */
const libpodInfoFields = ['store', 'version']

function some(body: unknown, fields: readonly string[]): unknown {
  if (typeof body !== 'object' || body === null) return body
  return Object.fromEntries(Object.entries(body).filter(([field]) => fields.includes(field)))
}

const named = process.argv.slice(2)
const wanted: readonly string[] = named.length === 0 ? engineKinds : named
for (const kind of allEngineKinds) if (wanted.includes(kind)) await record(kind)
