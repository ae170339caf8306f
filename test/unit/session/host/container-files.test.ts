import { describe, expect, it } from 'vitest'
import type { ContainerDetails } from '../../../../electron/engine/engine'
import { gnuTools } from '../../../builders/tools/gnu-tools'
import { containerFiles } from '../../../../electron/session/host/container-files'
import { noEngineMade } from '../../../builders/engines/container-details'
import { fakeTransport } from '../../../builders/engines/fake-engine'

const { signal } = new AbortController()

/** A stopped container of which the engine tells no directories. */
const stopped: ContainerDetails = {
  id: 'a'.repeat(64),
  name: 'web',
  image: 'web:1',
  imageId: `sha256:${'b'.repeat(64)}`,
  state: 'exited',
  createdAt: '2026-01-02T03:04:05Z',
  command: [],
  workingDirectory: '/',
  user: '',
  mounts: [],
  ...noEngineMade,
  readOnly: false,
  raw: '{}',
}

/** Its files, on a host that has no `ctr`, with the number of commands that were run to find them. */
async function looked(imageStore: 'containerd' | 'graph-driver') {
  let commands = 0
  const transport = fakeTransport(() => {
    commands += 1
    return 'no-ctr\n'
  })
  const files = { transport, elevated: false, tools: gnuTools }
  const found = await containerFiles(files, imageStore, stopped, () => Promise.resolve(1), signal)
  return { commands, found }
}

describe('a stopped container whose directories the engine does not tell', () => {
  it('is asked of containerd where that keeps the layers', async () => {
    expect(await looked('containerd')).toMatchObject({
      commands: 1,
      found: { works: false, reason: expect.stringContaining('no ctr (package containerd)') as string },
    })
  })

  it('is asked of nobody else where a graph driver keeps them, and containerd is not named as the reason', async () => {
    const { commands, found } = await looked('graph-driver')
    expect(commands).toBe(0)
    expect(found).toMatchObject({
      works: false,
      reason: expect.stringContaining('does not say where the layers of this container are') as string,
    })
    expect(found).not.toMatchObject({ reason: expect.stringContaining('containerd') as string })
  })
})
