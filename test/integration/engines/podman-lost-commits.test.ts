import { vi } from 'vitest'
import { lostCommitsTests } from '../faults/lost-commits-tests'

// Hundreds of faults, some of which end by a limit.
vi.setConfig({ testTimeout: 3_600_000 })
// Every limit is here, and much shorter.
vi.mock(import('../../../electron/engine/http/quiet-time'), async (original) => {
  const { afterQuiet } = await original()
  return { afterQuiet: (milliseconds, received, tell) => afterQuiet(milliseconds / 20, received, tell) }
})
vi.mock(import('../../../electron/session/snapshots/snapshot-limits'), async (original) => {
  const { snapshotLimits } = await original()
  const shorter = Object.entries(snapshotLimits).map(([name, ms]) => [name, Math.ceil(ms / 20)])
  return { snapshotLimits: Object.fromEntries(shorter) as typeof snapshotLimits }
})
const realTimeout = AbortSignal.timeout.bind(AbortSignal)
vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => realTimeout(milliseconds / 5))

// Podman cannot pause here.
lostCommitsTests('podman', 'here', ['running', 'exited'], 6)
