import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { useContainers, type Container } from './containers'
import { isSilent } from '../hosts/host-connection'
import { useHosts, type KnownHost } from '../hosts/hosts'
import { useSettings } from '../settings/settings'

export interface HostedContainer {
  readonly host: KnownHost
  readonly container: Container
}

/** The containers of every connected host, and how the list of them is looked at. */
export const useAllContainers = defineStore('all-containers', () => {
  const hosts = useHosts()
  const containers = useContainers()
  const search = ref('')
  const filter = ref<'all' | 'running' | 'stopped'>('all')
  const settings = useSettings()
  const sort = computed({
    get: () => settings.chosen.sorts.allContainers,
    set: (allContainers) => void settings.change({ sorts: { ...settings.chosen.sorts, allContainers } }),
  })

  const list = computed((): HostedContainer[] =>
    (hosts.known.value ?? [])
      .filter(({ hostId }) => hosts.isConnected(hostId))
      .flatMap((host) =>
        (containers.lists.peek(host.hostId)?.value ?? []).map((container) => ({ host, container })),
      ),
  )
  /** Hosts whose containers are not in the list, or not as they are now. */
  const missing = computed(() =>
    (hosts.known.value ?? []).filter(
      ({ hostId }) =>
        !hosts.isConnected(hostId) ||
        isSilent(hosts.connections.get(hostId)) ||
        containers.lists.peek(hostId)?.failure !== undefined,
    ),
  )
  const isLoading = computed(() =>
    (hosts.known.value ?? []).some(({ hostId }) => {
      const own = containers.lists.peek(hostId)
      return hosts.isConnected(hostId) && own?.value === undefined && own?.failure === undefined
    }),
  )

  return { search, filter, sort, list, missing, isLoading }
})
