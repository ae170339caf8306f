import { onMenuChosen } from '../../bridge/menu'
import { useNavigation } from '../place/navigation'
import { refreshPlace } from './refresh'

/** Carries out what is chosen in the native menu; what concerns the page itself is handed back. */
export function followMenu(page: { search: () => void; settings: () => void }): () => void {
  const navigation = useNavigation()
  return onMenuChosen((item) => {
    const { hostId } = navigation.place
    switch (item) {
      case 'refresh':
        refreshPlace()
        break
      case 'search':
        page.search()
        break
      case 'settings':
        page.settings()
        break
      case 'containers':
        navigation.openContainers(hostId)
        break
      case 'images':
      case 'snapshots':
        navigation.openImages(hostId, item)
        break
      case 'compare':
        navigation.openComparison()
        break
    }
  })
}
