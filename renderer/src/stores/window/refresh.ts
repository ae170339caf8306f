import { useChanges } from '../changes/changes'
import { useComparison } from '../stacks/comparison'
import { useContainerDetails } from '../details/container-details'
import { useContainers } from '../containers/containers'
import { useDrafts } from '../snapshots/drafts'
import { useHosts, type HostConnection } from '../hosts/hosts'
import { useImageDetails } from '../details/image-details'
import { useImages } from '../images/images'
import { useNavigation } from '../place/navigation'
import { hostsOf } from '../place/place'

/** Asks anew for everything that is on the screen. */
export function refreshPlace(): void {
  const { place } = useNavigation()
  const hosts = useHosts()
  const shown =
    place.screen === 'all' ? (hosts.known.value ?? []).map(({ hostId }) => hostId) : hostsOf(place)
  // A host that was never opened is opened by a person, not by looking at it.
  for (const hostId of shown.filter((hostId) => isOpen(hosts.connections.get(hostId)))) {
    void useContainers().lists.refresh(hostId)
    void useImages().lists.refresh(hostId)
  }
  // Reading a view anew while its host is away would take away what can still be seen.
  if (place.screen === 'all' || !hostsOf(place).every(hosts.isConnected)) return
  if (place.screen === 'compare') {
    void useComparison().result?.refresh()
  } else if (place.screen === 'containers') {
    void useChanges().refresh()
    useContainerDetails().refresh()
  } else {
    useImageDetails().refresh()
  }
}

function isOpen(connection: HostConnection | undefined): boolean {
  return connection !== undefined && connection.state !== 'disconnected'
}

/** After a host came back, asks anew for what is on the screen: nobody told what changed meanwhile. */
export function refreshOnReturn(): void {
  useHosts().onConnected((hostId) => {
    const { container, place } = useNavigation()
    if (!hostsOf(place).includes(hostId)) return
    if (place.screen === 'compare') {
      void useComparison().result?.refresh()
      return
    }
    if (container !== undefined) void useChanges().refresh()
    if (container !== undefined) useDrafts().review(hostId, container.containerId)
    useContainerDetails().refresh()
    useImageDetails().refresh()
  })
}
