import { describe, vi } from 'vitest'
import { brokenAnswersTests } from './broken-answers-tests'

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

describe('Docker', () => {
  brokenAnswersTests('docker', 'here')
})

// What differs over SSH is the connection; the answers are read by the same code.
describe('Docker over SSH', () => {
  brokenAnswersTests('docker', 'over SSH', 8)
})
