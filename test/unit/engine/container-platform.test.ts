import { expect, it } from 'vitest'
import { replayedEngine } from './replayed-engine'

const { signal } = new AbortController()

// moby, docs/api/version-history.md, 1.48; no engine of the tests speaks it.
it('tells what a container was made for, where the engine does', async () => {
  const platform = { os: 'linux', architecture: 'arm64', variant: 'v8' }
  const replayed = await replayedEngine('docker-26-containerd', (answer) =>
    /^\/containers\/web\/json/.test(answer.path)
      ? { ...answer, body: { ...(answer.body as object), ImageManifestDescriptor: { platform } } }
      : answer,
  )
  try {
    const container = await replayed.engine.container('web', signal)
    expect(container.platform).toEqual({ os: 'linux', architecture: 'arm64' })
  } finally {
    await replayed.close()
  }
})
