import { computed, shallowRef, type WritableComputedRef } from 'vue'

const key = 'lamina.folded-hosts'
const folded = shallowRef<ReadonlySet<string>>(
  new Set((localStorage.getItem(key) ?? '').split('\n').filter(Boolean)),
)

/** Whether a host shows its name only; kept for the next start. */
export function useFolded(hostId: () => string): WritableComputedRef<boolean> {
  return computed({
    get: () => folded.value.has(hostId()),
    set(isFolded) {
      const others = [...folded.value].filter((other) => other !== hostId())
      folded.value = new Set(isFolded ? [...others, hostId()] : others)
      localStorage.setItem(key, [...folded.value].join('\n'))
    },
  })
}
