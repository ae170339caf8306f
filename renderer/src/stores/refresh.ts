import { useChanges } from './changes'
import { useComparison } from './comparison'
import { useContainerDetails } from './container-details'
import { useContainers } from './containers'
import { useDrafts } from './drafts'
import { useHosts } from './hosts'
import { useImageDetails } from './image-details'
import { useImages } from './images'
import { useNavigation } from './navigation'

/** Asks anew for everything that is on the screen. */
export function refreshPlace(): void {
  const { place } = useNavigation()
  void useContainers().lists.refresh(place.hostId)
  void useImages().lists.refresh(place.hostId)
  if (place.screen === 'compare') {
    void useComparison().result?.refresh()
  } else if (place.screen === 'containers') {
    useChanges().refresh()
    useContainerDetails().refresh()
  } else {
    useImageDetails().refresh()
  }
}

/** After an engine came back, asks anew for what failed while it was gone. */
export function refreshOnReturn(): void {
  useHosts().onConnected((hostId) => {
    const { container, place } = useNavigation()
    if (place.hostId !== hostId) return
    if (container !== undefined && useChanges().failure !== undefined) useChanges().refresh()
    if (container !== undefined) useDrafts().review(hostId, container.containerId)
    useContainerDetails().refresh()
    useImageDetails().refresh()
    void useComparison().result?.refresh()
  })
}
