import { onScopeDispose, readonly, ref, type Ref } from 'vue'

/** The time in milliseconds since 1970, told anew at an interval. */
export function useNow(interval: number): Readonly<Ref<number>> {
  const now = ref(Date.now())
  const timer = setInterval(() => {
    now.value = Date.now()
  }, interval)
  onScopeDispose(() => {
    clearInterval(timer)
  })
  return readonly(now)
}
