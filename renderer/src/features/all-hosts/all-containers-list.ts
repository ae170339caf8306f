import type { HostedContainer } from '../../stores/containers/all-containers'
import { shownContainers, type ContainerSort, type StateFilter } from '../containers/container-list'

export type AllSort = ContainerSort | 'host'

/**
 * The containers of several hosts to show, in order: each word of the search must be in the container's own texts or in
 * the name of its host.
 */
export function shownHosted(
  list: readonly HostedContainer[],
  filter: StateFilter,
  search: string,
  sort: AllSort,
  nameOf: (hostId: string) => string,
): HostedContainer[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const fitting = list.filter(({ host, container }) => {
    const text = `${container.name} ${container.image} ${container.id} ${nameOf(host.hostId)}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const byContainer = new Map(fitting.map((hosted) => [hosted.container, hosted]))
  const sorted = shownContainers(
    fitting.map(({ container }) => container),
    filter,
    '',
    sort === 'host' ? 'name' : sort,
  ).flatMap((container) => byContainer.get(container) ?? [])
  if (sort !== 'host') return sorted
  return sorted.sort((a, b) =>
    nameOf(a.host.hostId).localeCompare(nameOf(b.host.hostId), 'en', { numeric: true }),
  )
}
