import { vi } from 'vitest'
import { commitsUnderWayTests } from '../faults/commits-under-way-tests'

// It is looked for much more often, and is as long as it takes under way before it is given up.
vi.mock(import('../../../electron/session/snapshots/snapshot-limits'), async (original) => {
  const { snapshotLimits } = await original()
  return {
    snapshotLimits: {
      ...snapshotLimits,
      lookEvery: 50,
      lookBesideEvery: 50,
      timeToBegin: 100,
      lookTimeout: 1_000,
    },
  }
})

// Podman cannot pause here.
commitsUnderWayTests('podman', 'here', { pause: false, fewer: true })
