import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { OperationOutput } from '../../../../electron/contract/contract'
import { call } from '../../bridge/call'
import { useNavigation } from '../place/navigation'
import { createResource, type Resource } from '../../resources/resource'

export type Comparison = OperationOutput<'stacks.compare'>

/** The two stacks that are compared, once both are chosen. */
export const useComparison = defineStore('comparison', () => {
  const navigation = useNavigation()
  const result = shallowRef<Resource<Comparison>>()
  /** Milliseconds the last comparison took. */
  const elapsed = shallowRef<number>()

  const sources = computed(() => {
    const { place } = navigation
    return place.screen === 'compare' ? { left: place.left, right: place.right } : undefined
  })

  watch(
    () => JSON.stringify(sources.value),
    () => {
      result.value?.close()
      result.value = undefined
      const left = sources.value?.left
      const right = sources.value?.right
      if (left === undefined || right === undefined) return
      result.value = createResource(async (signal) => {
        const begun = performance.now()
        const answer = await call('stacks.compare', { left, right }, signal)
        elapsed.value = performance.now() - begun
        return answer
      })
      void result.value.refresh()
    },
    { immediate: true },
  )

  function swap(): void {
    navigation.compare(sources.value?.right, sources.value?.left)
  }

  return { result, elapsed, sources, swap }
})
