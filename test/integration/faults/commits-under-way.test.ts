import { describe, vi } from 'vitest'
import { commitsUnderWayTests } from './commits-under-way-tests'

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

describe('Docker', () => {
  commitsUnderWayTests('docker', 'here')
})

describe('Docker, without a pause', () => {
  commitsUnderWayTests('docker', 'here', { pause: false, fewer: true })
})

describe('Docker over SSH', () => {
  commitsUnderWayTests('docker', 'over SSH', { fewer: true })
})
