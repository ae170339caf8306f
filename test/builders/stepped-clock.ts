import { onTestFinished, vi } from 'vitest'

/**
 * Until the test ends, `performance.now()` goes on by so many milliseconds each time that it is asked and not otherwise, so that
 * work in slices takes as many of them on a fast machine as on a slow one.
 */
export function steppedClock(milliseconds: number): void {
  let now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += milliseconds))
  onTestFinished(() => {
    clock.mockRestore()
  })
}
