import { afterAll, beforeAll } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { bytesFromContainer, runInContainer, startContainer } from '../../engines/docker/containers'
import { startDebianSshd, type DebianSshd } from '../../engines/debian/debian-sshd'
import { buildLayers, importImage } from '../../engines/images/images'
import type { RootlessEngine } from '../../engines/engine/rootless-engine'
import { inOrder, pathOf, type ListedChange } from '../../integration/lenses/listings'
import type { ExpectedRow } from '../../integration/lenses/lens-case'
import { seenFiles, walkScript, type SeenFile } from '../../integration/lenses/naive-walk'

/** A container with changes, and what could be seen in it before and after. */
export interface Walked {
  readonly name: string
  readonly image: string
  readonly before: Map<string, SeenFile>
  readonly after: Map<string, SeenFile>
}

/** A rootless engine for the tests of one block, with a Lamina that reaches it as root of this machine and over SSH as anybody. */
export interface OnRootless {
  engine(): RootlessEngine
  lamina(): LaminaUnderTest
  /** The engine's host as a user sees it, connected. Without a socket's path the engine is looked for. */
  overSsh(user: string, socketPath?: string): Promise<string>
  /** The changes below /r. */
  listed(hostId: string, containerId: string, lens: 'host' | 'engine'): Promise<ListedChange[]>
  /** Made when it is first wanted. */
  aContainer(what: string, scripts: readonly string[], script: string): Promise<Walked>
}

export const hidden = 'what is hidden'

/** What layers are made of: deletions and replaced directories in them too. */
export const layers = [
  `mkdir -p /r/gone/deep /r/replaced/old /r/own /r/renamed/in /r/mode; echo 1 >/r/gone/deep/file; echo 2 >/r/replaced/old/file
   echo 3 >/r/own/file; chown -R 33:44 /r/own; echo 4 >/r/renamed/in/file; echo 5 >/r/mode/file; echo 6 >/r/deleted; echo 7 >/r/back`,
  `rm -r /r/gone; mkdir /r/gone; echo 8 >/r/gone/new; rm /r/back; echo 9 >/r/.opq; echo 10 >/r/same`,
]
export const changes = `cd /r; rm -r gone replaced; mkdir replaced; echo a >replaced/new; rm deleted .opq; mv renamed moved; chmod 700 mode
mkdir -m 700 private; echo s >private/secret; chmod 600 private/secret; chown -R 5:6 private; echo more >>own/file; chmod 600 own/file
mkdir back; echo b >back/in; ln -s nowhere link; mkfifo pipe; echo n >"$(printf 'caf\\351')"; chown 1000:1000 same`

export const below = (all: readonly ListedChange[]) =>
  all.filter((change) => pathOf(change).startsWith('/r/'))
export const rows = (all: readonly ListedChange[]): ExpectedRow[] =>
  inOrder(all.map((change) => ({ kind: change.kind, path: pathOf(change) })))
export const without = (all: readonly ExpectedRow[], some: readonly ExpectedRow[]): ExpectedRow[] =>
  all.filter((row) => !some.some(({ kind, path }) => kind === row.kind && path === row.path))

export function onRootless(start: () => Promise<RootlessEngine>): OnRootless {
  let engine: RootlessEngine
  let lamina: LaminaUnderTest
  let sshd: DebianSshd
  const containers = new Map<string, Promise<Walked>>()

  beforeAll(async () => {
    engine = await start()
    lamina = await laminaUnderTest(engine)
    sshd = await startDebianSshd(engine.host)
    await importImage(engine.docker, 'base:1')
  })
  afterAll(async () => {
    await lamina.close()
    await engine.stop()
  })

  return {
    engine: () => engine,
    lamina: () => lamina,
    async overSsh(user, socketPath = engine.socketPath) {
      const { identityFile, knownHostsFile } = sshd
      const host = sshd.address(user, socketPath)
      return (await lamina.value('hosts.connect', { host, identityFile, knownHostsFile })).hostId
    },
    async listed(hostId, containerId, lens) {
      return below((await lamina.value('changes.list', { hostId, containerId, lens })).changes)
    },
    aContainer(what, scripts, script) {
      const made = containers.get(what) ?? walked(what.replaceAll(' ', '-'), scripts, script)
      containers.set(what, made)
      return made
    },
  }

  async function walked(name: string, scripts: readonly string[], script: string): Promise<Walked> {
    const image = `${name}-image:1`
    await buildLayers(engine.docker, image, 'base:1', scripts)
    await startContainer(engine.docker, { name, image })
    const before = seenFiles(await bytesFromContainer(engine.docker, name, walkScript))
    await runInContainer(engine.docker, name, script)
    const after = seenFiles(await bytesFromContainer(engine.docker, name, walkScript))
    return { name, image, before, after }
  }
}
