import { momentOf } from '../../ui/text/ages'
import { isUp, type Container } from '../../stores/containers/containers'

export type StateFilter = 'all' | 'running' | 'stopped'
export const containerSorts = ['name', 'created', 'state'] as const
export type ContainerSort = (typeof containerSorts)[number]

export function countsByFilter(containers: readonly Container[]): Record<StateFilter, number> {
  const running = containers.filter(isUp).length
  return { all: containers.length, running, stopped: containers.length - running }
}

/** The containers to show, in order: every word of the search must be in the name, the image or the id. */
export function shownContainers(
  containers: readonly Container[],
  filter: StateFilter,
  search: string,
  sort: ContainerSort,
): Container[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return containers
    .filter((container) => filter === 'all' || isUp(container) === (filter === 'running'))
    .filter((container) => {
      const text = `${container.name} ${container.image} ${container.id}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    .sort((a, b) => compare(sort, a, b))
}

function compare(sort: ContainerSort, a: Container, b: Container): number {
  const byName = a.name.localeCompare(b.name, 'en', { numeric: true })
  switch (sort) {
    case 'name':
      return byName
    case 'created':
      return momentOf(b.createdAt) - momentOf(a.createdAt) || byName
    case 'state':
      return Number(isUp(b)) - Number(isUp(a)) || byName
  }
}

/** Class of the dot that stands for a state. */
export function stateDot(state: Container['state']): 'on' | 'off' | 'warn' | 'bad' {
  switch (state) {
    case 'running':
      return 'on'
    case 'paused':
    case 'restarting':
      return 'warn'
    case 'dead':
    case 'removing':
      return 'bad'
    case 'created':
    case 'exited':
    case 'unknown':
      return 'off'
  }
}
