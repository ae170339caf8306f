import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useContainers } from '../containers/containers'
import { useImages } from '../images/images'
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
  const containers = useContainers()
  const images = useImages()
  const place = shallowRef<Place>({ screen: 'containers', hostId: localHost, tab: 'changes' })
  const history = shallowRef<readonly Place[]>([])
  const lastContainers = new Map<string, { containerId: string; tab: ContainerTab }>()
  const lastImages = new Map<string, string>()
  let lastPair: { readonly left?: StackSource; readonly right?: StackSource } = {}

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
    if (next.screen === 'compare') lastPair = next
  }

  /** Shows the same place in another way, which is no step to go back from. */
  function replace(next: Place): void {
    const { value: before } = history
    go(next)
    history.value = before
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
    const last = lastContainers.get(hostId)
    const isLeft = last !== undefined && !isGone({ hostId, containerId: last.containerId })
    go({ screen: 'containers', hostId, tab: 'changes', ...(isLeft && last) })
  }

  function openImages(hostId: string, screen: 'images' | 'snapshots' = 'images', imageId?: string): void {
    const last = lastImages.get(`${screen} ${hostId}`)
    const chosen = imageId ?? (last !== undefined && isGone({ hostId, image: last }) ? undefined : last)
    go({ screen, hostId, ...(chosen === undefined ? {} : { imageId: chosen }) })
  }

  function compare(left?: StackSource, right?: StackSource): void {
    const hostId = left?.hostId ?? right?.hostId ?? place.value.hostId
    go({ screen: 'compare', hostId, ...(left && { left }), ...(right && { right }) })
  }

  /** Goes back to the pair that was compared last, as far as it is still there. */
  function openComparison(): void {
    compare(stillThere(lastPair.left), stillThere(lastPair.right))
  }

  function stillThere(source: StackSource | undefined): StackSource | undefined {
    return source !== undefined && isGone(source) ? undefined : source
  }

  function openAll(): void {
    go({ screen: 'all', hostId: place.value.hostId })
  }

  /** Whether a host's list is known and has it no more. */
  function isGone(source: StackSource): boolean {
    if ('image' in source)
      return images.lists.peek(source.hostId)?.value !== undefined && !images.has(source.hostId, source.image)
    const known = containers.lists.peek(source.hostId)?.value
    return known !== undefined && containers.find(source.hostId, source.containerId) === undefined
  }

  /** Leaves everything that shows a host which is no longer known. */
  function leaveHost(hostId: string): void {
    lastContainers.delete(hostId)
    for (const screen of ['images', 'snapshots']) lastImages.delete(`${screen} ${hostId}`)
    if (lastPair.left?.hostId === hostId || lastPair.right?.hostId === hostId) lastPair = {}
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
    replace,
    back,
    openContainer,
    openContainers,
    openImages,
    compare,
    openComparison,
    openAll,
    leaveHost,
    isGone,
  }
})
