import { computed, onScopeDispose, ref, type ComputedRef } from 'vue'

/** Milliseconds between two ticks of the window's clock. */
const tick = 500
/** The one clock of the window: whatever tells a time or an age tells it by this, so that no two say two things. */
const clock = ref(Date.now())
const steps = new Map<number, ComputedRef<number>>()
let users = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The time in milliseconds since 1970, in whole steps of so many milliseconds; all users of a step see it change at once. */
export function useNow(step: number): ComputedRef<number> {
  users += 1
  if (timer === undefined) {
    read()
    timer = setInterval(read, tick)
  }
  onScopeDispose(() => {
    users -= 1
    if (users > 0) return
    clearInterval(timer)
    timer = undefined
  })
  const known = steps.get(step)
  if (known !== undefined) return known
  const made = computed(() => Math.floor(clock.value / step) * step)
  steps.set(step, made)
  return made
}

function read(): void {
  clock.value = Date.now()
}
