import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import {
  historyWithout,
  isSamePlace,
  localHost,
  placeWithout,
  type ContainerTab,
  type Place,
  type StackSource,
} from './place'

const longestHistory = 50

/** Where the window is, and the way back. */
export const useNavigation = defineStore('navigation', () => {
  const place = shallowRef<Place>({ screen: 'containers', hostId: localHost, tab: 'changes' })
  const history = shallowRef<readonly Place[]>([])
  const lastContainers = new Map<string, { containerId: string; tab: ContainerTab }>()
  const lastImages = new Map<string, string>()

  const container = computed(() => {
    const { value } = place
    if (value.screen !== 'containers' || value.containerId === undefined) return undefined
    return { hostId: value.hostId, containerId: value.containerId }
  })
  const image = computed(() => {
    const { value } = place
    if ((value.screen !== 'images' && value.screen !== 'snapshots') || value.imageId === undefined)
      return undefined
    return { hostId: value.hostId, imageId: value.imageId }
  })

  function go(next: Place): void {
    if (isSamePlace(place.value, next)) return
    history.value = [...history.value, place.value].slice(-longestHistory)
    place.value = next
    if (next.screen === 'containers' && next.containerId !== undefined)
      lastContainers.set(next.hostId, { containerId: next.containerId, tab: next.tab })
    if ((next.screen === 'images' || next.screen === 'snapshots') && next.imageId !== undefined)
      lastImages.set(`${next.screen} ${next.hostId}`, next.imageId)
  }

  function back(): void {
    const previous = history.value.at(-1)
    if (previous === undefined) return
    history.value = history.value.slice(0, -1)
    place.value = previous
  }

  function openContainer(hostId: string, containerId: string, tab?: ContainerTab): void {
    const { value } = place
    const kept = value.screen === 'containers' ? value.tab : 'changes'
    go({ screen: 'containers', hostId, containerId, tab: tab ?? kept })
  }

  function openContainers(hostId: string): void {
    go({ screen: 'containers', hostId, tab: 'changes', ...lastContainers.get(hostId) })
  }

  function openImages(hostId: string, screen: 'images' | 'snapshots' = 'images', imageId?: string): void {
    const chosen = imageId ?? lastImages.get(`${screen} ${hostId}`)
    go({ screen, hostId, ...(chosen === undefined ? {} : { imageId: chosen }) })
  }

  function compare(left?: StackSource, right?: StackSource): void {
    const hostId = left?.hostId ?? right?.hostId ?? place.value.hostId
    go({ screen: 'compare', hostId, ...(left && { left }), ...(right && { right }) })
  }

  function openAll(): void {
    go({ screen: 'all', hostId: place.value.hostId })
  }

  /** Leaves everything that shows a host which is no longer known. */
  function leaveHost(hostId: string): void {
    lastContainers.delete(hostId)
    for (const screen of ['images', 'snapshots']) lastImages.delete(`${screen} ${hostId}`)
    place.value = placeWithout(place.value, hostId) ?? homePlace()
    history.value = historyWithout(history.value, hostId, place.value)
  }

  function homePlace(): Place {
    return { screen: 'containers', hostId: localHost, tab: 'changes', ...lastContainers.get(localHost) }
  }

  return {
    place,
    history,
    container,
    image,
    go,
    back,
    openContainer,
    openContainers,
    openImages,
    compare,
    openAll,
    leaveHost,
  }
})
