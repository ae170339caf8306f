import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { call } from '../../bridge/call'
import type { ContainerDetails } from '../containers/containers'
import { useContainers } from '../containers/containers'
import type { ImageStack } from '../images/images'
import { useNavigation } from '../place/navigation'
import { createResource, type Resource } from '../../resources/resource'

/** What the engine tells of the chosen container, and the stack of the image it stands on. */
export const useContainerDetails = defineStore('container-details', () => {
  const navigation = useNavigation()
  const containers = useContainers()
  const details = shallowRef<Resource<ContainerDetails>>()
  const stack = shallowRef<Resource<ImageStack>>()

  function open(hostId: string, containerId: string): void {
    const inspected = createResource((signal) => call('containers.inspect', { hostId, containerId }, signal))
    details.value = inspected
    const layers = createResource(async (signal) => {
      const image = containers.find(hostId, containerId)?.imageId ?? inspected.value?.container.imageId
      if (image !== undefined) return call('images.stack', { hostId, image }, signal)
      const container = await call('containers.inspect', { hostId, containerId }, signal)
      if (!container.ok) return container
      return call('images.stack', { hostId, image: container.value.container.imageId }, signal)
    })
    stack.value = layers
    void inspected.refresh()
    void layers.refresh()
  }

  watch(
    [() => navigation.container?.hostId, () => navigation.container?.containerId],
    ([hostId, containerId]) => {
      details.value?.close()
      stack.value?.close()
      details.value = undefined
      stack.value = undefined
      if (hostId !== undefined && containerId !== undefined) open(hostId, containerId)
    },
    { immediate: true },
  )

  watch(
    () => {
      const chosen = navigation.container
      return chosen === undefined ? undefined : containers.find(chosen.hostId, chosen.containerId)?.state
    },
    (state, before) => {
      if (state !== undefined && before !== undefined) void details.value?.refresh()
    },
  )

  function refresh(): void {
    void details.value?.refresh()
    void stack.value?.refresh()
  }

  return { details, stack, refresh }
})
