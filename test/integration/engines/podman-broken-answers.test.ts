import { vi } from 'vitest'
import { brokenAnswersTests } from '../faults/broken-answers-tests'

// Hundreds of faults, one after the other, some of which end by a limit.
vi.setConfig({ testTimeout: 3_600_000 })
// Every limit is here, and twenty times shorter.
vi.mock(import('../../../electron/engine/http/quiet-time'), async (original) => {
  const { afterQuiet } = await original()
  return {
    afterQuiet: (milliseconds, received, tell) =>
      afterQuiet(Math.min(milliseconds, 60_000) / 20, received, tell),
  }
})

const realTimeout = AbortSignal.timeout.bind(AbortSignal)
vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => realTimeout(milliseconds / 10))

brokenAnswersTests('podman', 'here', 6)
