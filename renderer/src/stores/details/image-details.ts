import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { OperationOutput } from '../../../../electron/contract/contract'
import { call } from '../../bridge/call'
import type { ImageStack } from '../images/images'
import { useNavigation } from '../place/navigation'
import { createResource, type Resource } from '../../resources/resource'

export type ImageAnswers = OperationOutput<'images.inspect'>

/** The chosen image: its stack, and the engine's raw answers once they are looked at. */
export const useImageDetails = defineStore('image-details', () => {
  const navigation = useNavigation()
  const stack = shallowRef<Resource<ImageStack>>()
  const answers = shallowRef<Resource<ImageAnswers>>()

  watch(
    [() => navigation.image?.hostId, () => navigation.image?.imageId],
    ([hostId, image]) => {
      stack.value?.close()
      answers.value?.close()
      stack.value = undefined
      answers.value = undefined
      if (hostId === undefined || image === undefined) return
      stack.value = createResource((signal) => call('images.stack', { hostId, image }, signal))
      answers.value = createResource((signal) => call('images.inspect', { hostId, image }, signal))
      void stack.value.refresh()
    },
    { immediate: true },
  )

  function showAnswers(): void {
    const { value } = answers
    if (value !== undefined && value.value === undefined && !value.loading) void value.refresh()
  }

  function refresh(): void {
    void stack.value?.refresh()
    if (answers.value?.value !== undefined) void answers.value.refresh()
  }

  return { stack, answers, showAnswers, refresh }
})
