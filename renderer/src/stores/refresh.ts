import { useChanges } from './changes'
import { useComparison } from './comparison'
import { useContainerDetails } from './container-details'
import { useContainers } from './containers'
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
